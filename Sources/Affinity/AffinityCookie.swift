public import Platform

/// What the affinity cookie carries: a lineage and its pins, by their stable numbers. No address, no name
/// and no identity stand in it.
public struct AffinityCookie: Hashable, Sendable {
    /// The lineage.
    public var lineage: Lineage
    /// When the lineage began.
    public var origin: WallTime
    /// How many times the pins have changed.
    public var generation: UInt32
    /// The pins.
    public var pins: PinSet

    /// A cookie from its parts.
    public init(lineage: Lineage, origin: WallTime, generation: UInt32, pins: PinSet) {
        self.lineage = lineage
        self.origin = origin
        self.generation = generation
        self.pins = pins
    }

    /// The cookie of an association.
    public init(_ association: Association) {
        self.init(
            lineage: association.lineage, origin: association.origin, generation: association.generation,
            pins: association.pins)
    }
}

/// The form of version 1, numbers with their most significant byte first, before it is sealed:
///
///     form 1 | pins 1 | lineage 16 | origin 6 | generation 4
///
/// and the pins as in ``AssociationData``.
extension AffinityCookie {
    // The first byte of what is authenticated, and the version; source prefixes have another.
    private static let form: UInt8 = 0xc1
    private static let headBytes = 28
    /// The largest form, with four pins.
    static let maximumBytes = headBytes + PinSet.capacity * PinSet.bytesPerPin

    /// How many bytes ``encode(into:)`` writes.
    var encodedBytes: Int { Self.headBytes + pins.count * PinSet.bytesPerPin }

    /// Appends the binary form; the caller has checked that there is room.
    func encode(into output: inout OutputSpan<UInt8>) {
        output.append(Self.form)
        output.append(UInt8(truncatingIfNeeded: pins.count))
        output.append(number: lineage.high, width: 8)
        output.append(number: lineage.low, width: 8)
        output.append(number: origin.seconds, width: 6)
        output.append(number: UInt64(generation), width: 4)
        pins.encode(into: &output)
    }

    /// Reads the binary form; all of `bytes` must be it.
    init(decoding bytes: Span<UInt8>) throws(AffinityError) {
        var reader = ByteReader(bytes)
        let form = try reader.byte()
        guard form == Self.form else { throw .unknownVersion(form) }
        let pinCount = Int(try reader.byte())
        lineage = Lineage(high: try reader.number(width: 8), low: try reader.number(width: 8))
        origin = WallTime(seconds: try reader.number(width: 6))
        generation = UInt32(truncatingIfNeeded: try reader.number(width: 4))
        pins = try PinSet(decoding: &reader, count: pinCount)
        guard reader.isAtEnd else { throw .trailingBytes }
    }
}
