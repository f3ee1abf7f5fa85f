/// The stable number of a platform service: the same for the same service identity (`name@node`) on every
/// appliance, in every run and after every restart. It says nothing about an address.
@frozen
public struct InstanceKey: Hashable, Sendable {
    /// The number; never zero if it was made from an identity.
    public let rawValue: UInt64

    /// A key from its number, as it stands in association data.
    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }
}
