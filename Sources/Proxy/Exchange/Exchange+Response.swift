internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Platform
internal import Runtime

extension Exchange {
    /// Uses what has come from the service: heads, then the body. Everything that it yields is sent before it returns.
    func useResponse(_ buffer: ByteBuffer) {
        if !hasResponse {
            guard readResponseHead(buffer) else { return }
        }
        useResponseBody(buffer)
    }

    /// Reads heads until a final one is there. False if there is none yet, or there will be none.
    private func readResponseHead(_ buffer: ByteBuffer) -> Bool {
        while true {
            switch responseParser.parse(buffer.readable) {
            case .incomplete:
                return false
            case .refused:
                refuseResponse()
                return false
            case .complete(let length) where tunnel != nil && agreesToTunnel(buffer.readable):
                beginTunnel(buffer, headBytes: length)
                return false
            case .complete where responseParser.head.status == 101 || deceivesStream:
                refuseResponse()
                return false
            case .complete(let length) where responseParser.head.isInformational:
                interimResponses &+= 1
                guard interimResponses <= responseParser.limits.interimResponses else {
                    refuseResponse()
                    return false
                }
                passInformation(buffer.readable)
                buffer.consume(length)
                responseParser.reset(for: method, maySwitch: tunnel != nil)
            case .complete(let length):
                startResponse(buffer.readable)
                buffer.consume(length)
                return true
            }
        }
    }

    /// What the service says is no answer that could be passed on.
    func refuseResponse() {
        worker.counters.responsesRefused &+= 1
        pool?.noteAnswer(status: Status.badGateway.code)
        respond(.badGateway)
    }

    /// The final head has come: decides how the client's connection goes on, and writes the client's head.
    private func startResponse(_ bytes: Span<UInt8>) {
        guard let client else { return }
        hasResponse = true
        giveBackRequestHead()
        let head = responseParser.head.status
        record.responseBegan(at: loop.now, status: head)
        pool?.noteAnswer(status: head)
        if serviceStream == nil {
            responseBody.begin(responseParser.head.framing)
        } else {
            responseBody.beginStream(responseParser.head.framing, mayHaveTrailers: stream != nil)
        }
        if !requestBody.isComplete || worker.isDraining || client.isReadClosed || client.hasServedEnough {
            responseContext.isPersistent = false
        }
        carryAssociation(client)
        responseContext.date = worker.date
        if compression != nil { prepareCoding(bytes) }
        responsePlan = ResponseForwarding.write(
            responseParser.head, bytes: bytes, context: responseContext, into: output)
        if !responseContext.cookies.isEmpty { responseContext.cookies = [] }
        if compression != nil { announceCoding() }
        if let stream { sendHead(on: stream) }
    }

    /// Passes on a 1xx response, except to HTTP/1.0 (RFC 9110 section 15.2).
    private func passInformation(_ bytes: Span<UInt8>) {
        // The service is alive: it may take its time again. That they are few bounds the time in all.
        stopWaiting()
        guard responseContext.minorVersion > 0 else { return }
        if responseParser.head.status == 100 {
            guard expectsContinue else { return }
            // From here on it is the client's turn.
            expectsContinue = false
        }
        _ = ResponseForwarding.write(
            responseParser.head, bytes: bytes, context: responseContext, into: output)
        if let stream { sendInterim(on: stream) } else { sendOutput() }
    }

    private func useResponseBody(_ buffer: ByteBuffer) {
        while true {
            switch responseBody.step(buffer.readable) {
            case .data(let range):
                sendContent(buffer.readable.extracting(range))
                buffer.consume(range.upperBound)
                if responseBody.isComplete, responsePlan.framing != .chunked { return finishResponse() }
            case .needMore(let count):
                buffer.consume(count)
                return sendOutput()
            case .end(let count):
                guard finishCompressor() else { return cutOff() }
                if responsePlan.framing == .chunked || stream != nil { writeLastChunk(buffer.readable) }
                buffer.consume(count)
                return finishResponse()
            case .refused:
                worker.counters.responsesRefused &+= 1
                return cutOff()
            }
        }
    }

    private func writeLastChunk(_ bytes: Span<UInt8>) {
        if responseBody.hasTrailers {
            ChunkedEncoding.writeEnd(
                trailers: responseBody.decoder.trailers, bytes: bytes, into: output)
        } else {
            ChunkedEncoding.writeEnd(into: output)
        }
        if let stream { endResponse(on: stream) }
    }

    /// Gathers content behind what waits in the output, and sends whole records as they fill.
    private func sendContent(_ content: Span<UInt8>) {
        guard let compressor else { return passContent(content, isLast: responseBody.isComplete) }
        sendCompressed(content, by: compressor)
    }

    /// The same with content as the client gets it. `isLast`: nothing follows.
    func passContent(_ content: Span<UInt8>, isLast: Bool) {
        guard let client, content.count > 0 else { return }
        record.sentBytes &+= UInt64(content.count)
        if let stream { return send(content, isLast: isLast, on: stream) }
        let isChunked = responsePlan.framing == .chunked
        if isChunked { ChunkedEncoding.writeSize(content.count, into: output) }
        if output.count &+ content.count <= Self.recordBytes {
            output.append(content)
        } else {
            let first = max(0, min(content.count, Self.recordBytes &- output.count))
            if !output.isEmpty {
                output.append(content.extracting(0..<first))
                sendOutput()
            }
            let start = output.isEmpty && first < Self.recordBytes ? first : 0
            let whole = (content.count &- start) / Self.recordBytes &* Self.recordBytes
            if whole > 0 { client.send(content.extracting(start..<(start &+ whole))) }
            output.append(content.extracting((start &+ whole)...))
        }
        if isChunked { ChunkedEncoding.writeChunkEnd(into: output) }
    }

    /// Sends what waits in the worker's output buffer.
    func sendOutput() {
        guard !output.isEmpty else { return }
        client?.send(output)
        output.clear()
    }

    /// Sends an answer of our own that waits in the worker's output.
    func sendAnswer() {
        guard let stream else { return sendOutput() }
        let output = output
        stream.respond(output.readable, isLast: true)
        output.clear()
    }

    /// The response is whole.
    private func finishResponse() {
        sendOutput()
        finish(staysOpen: responsePlan.isPersistent)
    }

    /// The service has ended the connection; `isBroken`: it did not say so, the connection is lost.
    func upstreamEnded(isBroken: Bool) {
        guard hasResponse else { return upstreamFailed() }
        if !isBroken, responseBody.end() {
            guard finishCompressor() else { return cutOff() }
            if responsePlan.framing == .chunked { ChunkedEncoding.writeEnd(into: output) }
            if let stream { endResponse(on: stream) }
            finishResponse()
        } else {
            cutOff()
        }
    }

    /// The response has begun and can't be ended as it should: the client must not take it for whole.
    func cutOff() {
        guard let client else { return }
        worker.counters.responsesCutOff &+= 1
        if let stream { return cutOff(stream, .internalError) }
        sendOutput()
        client.transport.uncork()
        // Where the end of the connection is the end of the body, only a reset tells that this is none.
        if responsePlan.framing == .untilClose { Socket.resetOnClose(client.transport.descriptor) }
        client.close()
    }

    /// Gives the buffer back if nothing waits in it.
    func giveBackResponseInput() {
        guard responseInput?.isEmpty == true, let buffer = responseInput.take() else { return }
        buffers.give(buffer)
    }

    /// The request can't be sent again any more.
    func giveBackRequestHead() {
        sentBody.drop(buffers)
        if let buffer = requestHead.take() { buffers.give(buffer) }
    }

    /// The content of a full TLS record (RFC 8446 section 5.1).
    private static let recordBytes = 16 << 10
}
