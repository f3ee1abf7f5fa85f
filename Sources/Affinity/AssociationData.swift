public import Platform

/// What a ticket, a session-cache entry or a cookie carries of an association: the lineage, what it was made
/// under, and up to four pins.
///
/// The bytes are read only after they were authenticated by one of our keys (ticket seal, session cache,
/// cookie code); reading is strict all the same, and never traps.
public struct AssociationData: Hashable, Sendable {
    /// The lineage of the session.
    public var lineage: Lineage
    /// When the lineage began; renewals keep it.
    public var origin: WallTime
    /// The epoch of the policy that the session was made under.
    public var epoch: UInt32
    /// What the session's identity depends on: client authentication and certificate authorities.
    public var policyHash: UInt64
    /// The virtual host that the session was made at.
    public var virtualHostHash: UInt64
    /// How many times the pins have changed.
    public var generation: UInt32
    /// The pins.
    public var pins: PinSet

    /// Association data from its parts.
    public init(
        lineage: Lineage, origin: WallTime, epoch: UInt32, policyHash: UInt64, virtualHostHash: UInt64,
        generation: UInt32 = 0, pins: PinSet = PinSet()
    ) {
        self.lineage = lineage
        self.origin = origin
        self.epoch = epoch
        self.policyHash = policyHash
        self.virtualHostHash = virtualHostHash
        self.generation = generation
        self.pins = pins
    }
}

extension PinSet: Hashable {
    /// Feeds the pins, in their order, to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for position in 0..<count {
            hasher.combine(self[position])
        }
    }
}
