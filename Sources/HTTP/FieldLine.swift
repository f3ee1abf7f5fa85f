/// One field line of a head or of a trailer section, as offsets into its bytes (RFC 9112 section 5).
///
/// The value is without the white space around it.
@frozen
public struct FieldLine: Sendable {
    /// Offset of the first byte of the name, which is also where the line begins.
    public var nameStart: UInt32
    /// Offset of the first byte of the value.
    public var valueStart: UInt32
    /// Length of the value in bytes.
    public var valueLength: UInt32
    /// Length of the name in bytes.
    public var nameLength: UInt16
    /// What the field is to the gateway.
    public var kind: FieldKind
    /// Whether the line ends at this gateway: `Connection` nominated it, or its name, read with hyphens for
    /// its underscores, is one that the gateway itself reads or writes.
    public var isDropped: Bool

    /// A line from its parts.
    @inlinable
    public init(name: Extent, value: Extent, kind: FieldKind, isDropped: Bool = false) {
        nameStart = name.start
        nameLength = UInt16(truncatingIfNeeded: name.count)
        valueStart = value.start
        valueLength = value.count
        self.kind = kind
        self.isDropped = isDropped
    }

    /// Where the name stands.
    @inlinable
    public var name: Extent { Extent(start: nameStart, count: UInt32(nameLength)) }

    /// Where the value stands.
    @inlinable
    public var value: Extent { Extent(start: valueStart, count: valueLength) }
}
