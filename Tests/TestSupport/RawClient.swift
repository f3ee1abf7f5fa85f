/// A client that sends whatever it is told, in whatever pieces, and reads answers strictly. Belongs to one thread.
public final class RawClient {
    /// How a connection ended for its client.
    public enum Ending: Sendable, Equatable {
        /// In order.
        case end
        /// With a reset.
        case reset
        /// Not at all, or not before the deadline.
        case open
    }

    private let socket: Socket
    private let stream: MessageStream

    /// Connects.
    public init(
        to endpoint: Endpoint, from source: String? = nil, receiveBuffer: Int32? = nil
    ) throws {
        socket = try Socket.connected(to: endpoint, from: source, receiveBuffer: receiveBuffer)
        stream = MessageStream(socket)
    }

    /// The local TCP port.
    public var port: UInt16 {
        socket.port
    }

    /// Sends a text; answers how many bytes the gateway took before it ended the connection.
    @discardableResult
    public func send(_ text: String) throws -> Int {
        try send([UInt8](text))
    }

    /// Sends bytes; answers how many the gateway took before it ended the connection, or before the deadline.
    @discardableResult
    public func send(_ bytes: [UInt8], until deadline: Deadline = Deadline()) throws -> Int {
        try socket.send(bytes, until: deadline)
    }

    /// Sends bytes in at most `count` pieces, each in a segment of its own.
    public func send(_ bytes: [UInt8], pieces count: Int) throws {
        let size = max(1, (bytes.count + count - 1) / count)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            guard try socket.send(piece) == piece.count else { return }
        }
    }

    /// Reads the next response, whole. Interim (1xx) responses are passed over.
    public func readResponse(
        to method: String = "GET", until deadline: Deadline = Deadline()
    ) throws -> ResponseMessage {
        while true {
            let head = try readHead(to: method, until: deadline)
            if head.status >= 200 { return try stream.takeBody(of: head, until: deadline) }
        }
    }

    /// Reads the head of the next response, be it an interim one.
    public func readHead(
        to method: String = "GET", until deadline: Deadline = Deadline()
    ) throws -> ResponseMessage {
        try stream.takeResponseHead(to: method, until: deadline)
    }

    /// Reads the body of the response whose head was read.
    public func readBody(
        of response: ResponseMessage, until deadline: Deadline = Deadline()
    ) throws -> ResponseMessage {
        try stream.takeBody(of: response, until: deadline)
    }

    /// Reads a chunk of a chunked body; nil at the last one, whose trailers `readTrailers` takes.
    public func readChunk(until deadline: Deadline = Deadline()) throws -> [UInt8]? {
        try stream.takeChunk(until: deadline)
    }

    /// Reads the trailers behind the last chunk.
    public func readTrailers(until deadline: Deadline = Deadline()) throws -> Fields {
        try stream.takeTrailers(until: deadline)
    }

    /// Reads exactly `count` bytes.
    public func read(_ count: Int, until deadline: Deadline = Deadline()) throws -> [UInt8] {
        try stream.take(count, "reading bytes of a response", until: deadline)
    }

    /// Reads everything up to the end of the connection; answers it, and how it ended.
    public func readToEnd(until deadline: Deadline = Deadline()) -> (bytes: [UInt8], ending: Ending) {
        while let more = try? stream.fill("reading to the end", until: deadline), more {}
        switch stream.ending {
        case .end: return (stream.buffer, .end)
        case .reset: return (stream.buffer, .reset)
        default: return (stream.buffer, .open)
        }
    }

    /// Whether something has come that was not read yet, be it the end of the connection.
    public var hasInput: Bool {
        !stream.buffer.isEmpty || socket.isReadable
    }

    /// Says that no more bytes will come, and goes on reading.
    public func finishSending() {
        socket.finishSending()
    }

    /// Closes in order.
    public func close() {
        socket.close()
    }

    /// Closes with a reset.
    public func reset() {
        socket.reset()
    }
}
