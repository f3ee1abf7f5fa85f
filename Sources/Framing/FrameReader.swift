/// Takes the parts of a frame one after the other.
public struct FrameReader {
    private var rest: ArraySlice<UInt8>

    /// Of these bytes.
    public init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The next byte.
    public mutating func byte() throws(FrameError) -> UInt8 {
        guard let first = rest.popFirst() else { throw .content }
        return first
    }

    /// A number, its highest byte first.
    public mutating func number<Number: FixedWidthInteger>() throws(FrameError) -> Number {
        guard rest.count >= Number.bitWidth / 8 else { throw .content }
        var value: Number = 0
        for byte in rest.prefix(Number.bitWidth / 8) { value = value << 8 | Number(truncatingIfNeeded: byte) }
        rest = rest.dropFirst(Number.bitWidth / 8)
        return value
    }

    /// A text behind its length.
    public mutating func text() throws(FrameError) -> String {
        let count = Int(try byte())
        guard rest.count >= count, let text = String(validating: rest.prefix(count), as: UTF8.self) else {
            throw .content
        }
        rest = rest.dropFirst(count)
        return text
    }
}
