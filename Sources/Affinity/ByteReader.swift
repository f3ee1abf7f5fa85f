/// Reads whole numbers, most significant byte first, from the front of a span.
struct ByteReader: ~Escapable {
    private let bytes: Span<UInt8>
    private var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    /// Whether every byte was read.
    var isAtEnd: Bool { position == bytes.count }

    /// Reads a number of `width` bytes, 1...8.
    @_lifetime(self: copy self)
    mutating func number(width: Int) throws(AffinityError) -> UInt64 {
        guard bytes.count - position >= width else { throw .truncated }
        var value: UInt64 = 0
        for offset in 0..<width {
            value = value << 8 | UInt64(bytes[position + offset])
        }
        position += width
        return value
    }

    /// Reads a byte.
    @_lifetime(self: copy self)
    mutating func byte() throws(AffinityError) -> UInt8 {
        UInt8(truncatingIfNeeded: try number(width: 1))
    }
}
