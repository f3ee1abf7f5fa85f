/// Takes frames out of the bytes that a peer has sent.
public struct FrameReader: Sendable {
    private var bytes: [UInt8] = []

    /// A reader without bytes.
    public init() {}

    /// Adds what has come.
    public mutating func append(_ more: [UInt8]) {
        bytes += more
    }

    /// The next frame; nil if it has not come whole.
    public mutating func next() -> Frame? {
        guard bytes.count >= 9 else { return nil }
        let length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
        guard bytes.count >= 9 + length else { return nil }
        let stream = bytes[5..<9].reduce(0) { $0 << 8 | UInt32($1) }
        let frame = Frame(
            type: bytes[3], flags: bytes[4], stream: stream, Array(bytes[9..<(9 + length)]))
        bytes.removeFirst(9 + length)
        return frame
    }
}
