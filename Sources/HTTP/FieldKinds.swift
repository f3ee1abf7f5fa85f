/// A set of field kinds, one bit each.
@frozen
public struct FieldKinds: OptionSet, Sendable {
    /// Bit n stands for the kind of raw value n.
    public let rawValue: UInt64

    /// A set from its bits.
    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The set that holds `kind` alone.
    @inlinable
    public init(_ kind: FieldKind) {
        rawValue = 1 &<< UInt64(kind.rawValue)
    }

    /// The set of `kinds`.
    @inlinable
    public init(_ kinds: [FieldKind]) {
        rawValue = kinds.reduce(0) { $0 | FieldKinds($1).rawValue }
    }

    /// Whether `kind` is in the set.
    @inlinable
    public func contains(_ kind: FieldKind) -> Bool {
        rawValue &>> UInt64(kind.rawValue) & 1 == 1
    }
}
