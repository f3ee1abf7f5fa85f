/// One connection of a `RecordingUpstream`, as its behaviour sees it. Belongs to the connection's thread.
public final class UpstreamConnection {
    /// The place of the connection among all, from 0. Probes count as well.
    public let number: Int
    private let socket: Socket
    private let state: Watched<RecordingUpstream.State>
    private let stream: MessageStream

    init(_ socket: Socket, number: Int, state: Watched<RecordingUpstream.State>) {
        self.socket = socket
        self.number = number
        self.state = state
        stream = MessageStream(socket) { received in
            state.change { state in
                switch received {
                case .bytes(let bytes): state.connections[number].received += bytes
                case .end: state.connections[number].end(.end)
                case .reset: state.connections[number].end(.reset)
                case .nothing: break
                }
            }
        }
    }

    /// Reads the head of the next request, and counts the request.
    public func readHead(until deadline: Deadline = Deadline(in: .seconds(120))) throws -> RequestMessage {
        var request = try stream.takeRequestHead(until: deadline)
        request.number = state.change { state in
            state.requestCount += 1
            return state.requestCount - 1
        }
        let counted = request
        state.change { $0.connections[number].requests.append(counted) }
        return request
    }

    /// Reads the body of the request whose head was read.
    @discardableResult
    public func readBody(
        of request: RequestMessage, until deadline: Deadline = Deadline(in: .seconds(120))
    ) throws -> RequestMessage {
        let whole = try stream.takeBody(of: request, until: deadline)
        state.change { state in
            let last = state.connections[number].requests.count - 1
            if last >= 0 { state.connections[number].requests[last] = whole }
        }
        return whole
    }

    /// Reads a whole request.
    @discardableResult
    public func readRequest() throws -> RequestMessage {
        try readBody(of: readHead())
    }

    /// Reads a chunk of a chunked body; nil at the last one.
    public func readChunk(until deadline: Deadline = Deadline()) throws -> [UInt8]? {
        try stream.takeChunk(until: deadline)
    }

    /// Reads exactly `count` bytes of a body.
    public func read(_ count: Int, until deadline: Deadline = Deadline()) throws -> [UInt8] {
        try stream.take(count, "reading bytes of a request", until: deadline)
    }

    /// Sends a text.
    public func send(_ text: String) throws {
        try send([UInt8](text))
    }

    /// Sends bytes; throws when the gateway takes no more of them.
    public func send(_ bytes: [UInt8]) throws {
        let sent = try socket.send(bytes, until: Deadline(in: .seconds(120)))
        guard sent == bytes.count else {
            throw HarnessError.ended(while: "sending a response", seen: "\(sent) of \(bytes.count) bytes")
        }
    }

    /// Closes in order.
    public func close() {
        state.change { $0.connections[number].end(.ours) }
        socket.close()
    }

    /// Closes with a reset.
    public func reset() {
        state.change { $0.connections[number].end(.ours) }
        socket.reset()
    }

    /// Says that no more bytes will come, and goes on reading.
    public func finishSending() {
        socket.finishSending()
    }

    /// Does nothing, reading included, until the upstream is stopped.
    public func waitUntilStopped(until deadline: Deadline = Deadline(in: .seconds(120))) {
        _ = state.wait(until: deadline) { $0.isAccepting ? nil : true }
    }

    /// Reads and records until the gateway ends the connection.
    public func drain() {
        while let more = try? stream.fill("draining", until: Deadline(in: .seconds(120))), more {}
    }
}

extension UpstreamRecord {
    mutating func end(_ how: Ending) {
        if ending == nil { ending = how }
    }
}
