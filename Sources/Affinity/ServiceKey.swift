/// The stable number of a service: the same for the same name on every appliance, in every run.
@frozen
public struct ServiceKey: Hashable, Sendable {
    /// The number; never zero if it was made from a name.
    public let rawValue: UInt64

    /// A key from its number, as it stands in association data.
    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }
}
