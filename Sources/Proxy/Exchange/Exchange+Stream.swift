internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Runtime

/// What is different for a request that came on a stream of HTTP/2: how its parts come, and how those of the response
/// leave. Everything else is the same.
extension Exchange {
    /// Reads the request's head, which the session has written as one of HTTP/1.1.
    func serve(_ stream: ClientStream, of client: ClientConnection) {
        guard let head = stream.takeHead() else { return }
        defer { buffers.give(head) }
        if let refusal = stream.refusal { return refuse(refusal) }
        switch requestParser.parse(head.readable) {
        case .complete: begin(head, client)
        case .refused(let refusal): refuse(refusal)
        case .incomplete: refuse(.badTarget)
        }
    }

    private func refuse(_ refusal: Refusal) {
        worker.counters.requestsRefused &+= 1
        respond(refusal.status)
    }

    // MARK: The request's body

    /// Sends the body as far as it has come and the service takes it; with that the client may send more.
    func sendRequestBody(of stream: ClientStream, _ upstream: UpstreamConnection) {
        guard !requestBody.isComplete else { return }
        if !isBusy(upstream), stream.inputCount > 0 {
            guard stream.withInput({ useRequestBody($0, upstream) }) ?? false else { return }
        }
        if !requestBody.isComplete, stream.isInputOver, stream.inputCount == 0 {
            guard endRequestBody(of: stream, upstream) else { return }
        }
        if hasFailed(upstream) { isRequestAbandoned = true }
    }

    /// False if the exchange is over.
    private func endRequestBody(of stream: ClientStream, _ upstream: UpstreamConnection) -> Bool {
        if let refusal = stream.refusal {
            refuse(refusal)
            return false
        }
        requestBody.endStream(hasTrailers: stream.trailers != nil)
        guard let trailers = stream.trailers else {
            endRequestContent(upstream)
            return true
        }
        // The decoder judges them, and writes those that may pass.
        return useRequestBody(trailers, upstream)
    }

    // MARK: The response

    /// Sends the head that waits in the worker's output.
    func sendHead(on stream: ClientStream) {
        let output = output
        stream.respond(output.readable, isLast: responseBody.isComplete)
        output.clear()
    }

    /// Sends an interim response that waits in the worker's output.
    func sendInterim(on stream: ClientStream) {
        let output = output
        stream.inform(output.readable)
        output.clear()
    }

    /// Sends content as far as the client takes it.
    func send(_ content: Span<UInt8>, isLast: Bool, on stream: ClientStream) {
        stream.send(content, isLast: isLast)
        stream.makeRoom()
    }

    /// Ends the response with the trailers of the service, if it has sent any, which wait in the worker's output.
    func endResponse(on stream: ClientStream) {
        let output = output
        if responseBody.hasTrailers { stream.end(trailers: output.readable) } else { stream.end() }
        output.clear()
    }

    /// Whether the client takes no more of the response now.
    var isClientBusy: Bool {
        if let stream { return stream.hasPendingOutput }
        return client?.transport.hasPendingOutput ?? false
    }

    /// What the client has taken of the response so far.
    var takenByClient: UInt64 {
        stream?.sentBytes ?? client?.transport.sentBytes ?? 0
    }

    /// The same as a measure of whether the client moves. While its windows would let this stream's content pass, it is we
    /// who send that of other streams first: then it is enough that the connection takes any.
    var clientProgress: UInt64 {
        guard let client, let stream, stream.windowBytes > 0 else { return takenByClient }
        return stream.sentBytes &+ client.transport.sentBytes
    }

    /// How much of the response is read at once: little for a client whose window is small, so that many of those
    /// don't fill the memory.
    var responseReadBytes: Int {
        guard let stream else { return Self.mostResponseReadBytes }
        return max(Self.leastResponseReadBytes, min(Self.mostResponseReadBytes, stream.windowBytes))
    }

    // MARK: The end

    /// The response is whole; what the client's window has not let pass is still to leave.
    func finish(_ stream: ClientStream, _ client: ClientConnection, isReusable: Bool) {
        if stream.hasPendingOutput, !stream.isClosed {
            phase = .leaving
            giveBackResponseInput()
            wait(for: .send, progress: clientProgress)
            // Last: whoever gets the connection may make this stream's output leave, and so end this exchange.
            return releaseUpstream(isReusable: isReusable)
        }
        complete(stream, client, isReusable: isReusable)
    }

    /// Ends an exchange whose stream has ended.
    func complete(_ stream: ClientStream) {
        guard let client else { return }
        complete(stream, client, isReusable: false)
    }

    private func complete(_ stream: ClientStream, _ client: ClientConnection, isReusable: Bool) {
        stopWaiting()
        _ = stream.leave()
        // From here on nothing that others do can reach this exchange.
        phase = .leaving
        recordAccess(client)
        releaseUpstream(isReusable: isReusable)
        reset()
        worker.give(self)
    }

    /// More of a whole response has left.
    func leaveOn() {
        guard let stream, let client else { return }
        guard stream.hasPendingOutput else { return complete(stream, client, isReusable: false) }
        wait(for: .send, progress: clientProgress)
    }

    /// The client has given the stream up, or we have. The stream knows this exchange no longer.
    func streamClosed(_ code: ErrorCode) {
        if phase == .tunnel { return tunnelStreamClosed(code) }
        if phase == .leaving, code == .noError, let client {
            stopWaiting()
            recordAccess(client)
            reset()
        } else {
            clientClosed()
        }
        worker.give(self)
    }

    /// Ends the stream where the response can't be ended as it should.
    func cutOff(_ stream: ClientStream, _ code: ErrorCode) {
        stream.reset(code)
        stream.leave()?.streamClosed(code)
    }

    private static let mostResponseReadBytes = 64 << 10
    private static let leastResponseReadBytes = 16 << 10
}
