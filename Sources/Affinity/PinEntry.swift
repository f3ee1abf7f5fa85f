/// A pin as it stands in the table: 32 bytes, so that two fill a cache line and none straddles one.
struct PinEntry {
    var lineage: Lineage
    var generation: UInt32
    /// The pair of service and owner; zero in an empty place.
    var pair: OwnerLedger.Number
    var reason: Reason
    /// Seconds since 1970, clamped to what 32 bits hold (2106).
    var origin: UInt32
    /// The second of its last use, counted from the start of the table.
    var used: UInt32
}
