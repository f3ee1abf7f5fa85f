/// Cuts a stream of bytes into messages. It keeps one unfinished frame at most.
public struct FrameDecoder<Message: FramedMessage>: Sendable {
    /// The bytes in front of each frame: its length.
    private static var headBytes: Int { 4 }

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

    /// The next whole message; nil if more bytes are needed.
    public mutating func next() throws(FrameError) -> Message? {
        while waiting.count - start >= Self.headBytes {
            var head = FrameReader(waiting[start...])
            let length: UInt32 = try head.number()
            guard length >= 2, length <= UInt32(Message.maximumBytes) else { throw .length(length) }
            let end = start + Self.headBytes + Int(length)
            guard waiting.count >= end else { return nil }
            var reader = FrameReader(waiting[(start + Self.headBytes)..<end])
            start = end
            let version = try reader.byte()
            guard version == Message.version else { throw .version(version, expected: Message.version) }
            if let message = try Message(reading: &reader) { return message }
        }
        return nil
    }
}
