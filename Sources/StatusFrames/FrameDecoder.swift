/// Cuts a stream of bytes into frames. It keeps one unfinished frame at most.
public struct FrameDecoder: Sendable {
    private var waiting: [UInt8] = []
    private var start = 0

    /// A decoder at the beginning of a stream.
    public init() {}

    /// Takes bytes that have come.
    public mutating func add(_ bytes: Span<UInt8>) {
        if start > 0 {
            waiting.removeFirst(start)
            start = 0
        }
        waiting.reserveCapacity(waiting.count + bytes.count)
        for index in bytes.indices { waiting.append(bytes[index]) }
    }

    /// The next whole frame; nil if more bytes are needed.
    public mutating func next() throws(FrameError) -> Frame? {
        while waiting.count - start >= Frame.headBytes {
            var head = FrameReader(waiting[start...])
            let length: UInt32 = try head.number()
            guard length >= 2, length <= UInt32(Frame.maximumBytes) else { throw .length(length) }
            let end = start + Frame.headBytes + Int(length)
            guard waiting.count >= end else { return nil }
            var reader = FrameReader(waiting[(start + Frame.headBytes)..<end])
            start = end
            let version = try reader.byte()
            guard version == Frame.version else { throw .version(version) }
            if let frame = try Frame(reading: &reader) { return frame }
        }
        return nil
    }
}
