internal import Balancing
internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Runtime

extension Exchange {
    /// An answer that needs no service.
    enum LocalAnswer {
        case status(Status)
        case redirect(status: Status, port: UInt16)
    }

    /// Keeps what later steps need of the head, whose bytes will be gone by then.
    func takeFacts(from head: borrowing RequestHead, _ bytes: Span<UInt8>, _ client: ClientConnection) {
        method = head.method
        expectsContinue = head.expectsContinue
        isRepeatable = head.method.isIdempotent
        if stream == nil {
            requestBody.begin(head.framing)
        } else {
            requestBody.beginStream(head.framing)
            isRemoteCall = head.isRemoteCall(bytes)
        }
        responseContext.method = head.method
        responseContext.minorVersion = head.minorVersion
        responseContext.isPersistent = head.isPersistent
        record.take(head, bytes, isLogged: worker.accessLog != nil)
        if worker.accessLog != nil { recordOrigin(of: head, bytes, client) }
    }

    /// What is answered here and now: redirects, refusals, hosts and paths that lead nowhere.
    func localAnswer(_ bytes: Span<UInt8>, _ client: ClientConnection) -> LocalAnswer? {
        if method == .connect { return connectAnswer(client, bytes) }
        // Once for all uses: it is counted each time that it is taken out.
        let deployment = deployment
        if let redirect = client.listener.redirect {
            return self.redirect(redirect.status, port: redirect.port)
        }
        let host = requestParser.head.host.bytes(in: bytes)
        if client.isMisdirected(host, in: deployment) {
            return .status(.misdirectedRequest)
        }
        if let hops = requestParser.head.maxForwards, hops == 0, method == .options || method == .trace {
            return .status(method == .options ? .ok : .methodNotAllowed)
        }
        if case .length(let count) = requestParser.head.framing, deployment.exceedsBodyLimit(count) {
            return .status(.contentTooLarge)
        }
        let path = requestParser.head.path.bytes(in: bytes)
        var route: Int?
        if requestParser.head.isPathPlain {
            route = deployment.route(host: host, path: path)
        } else {
            let normalized = line
            let hasMeaning = RoutablePath.write(path, into: normalized)
            if hasMeaning { route = deployment.route(host: host, path: normalized.readable) }
            normalized.clear()
            guard hasMeaning else { return .status(.badRequest) }
        }
        guard let route else { return .status(.notFound) }
        self.route = route
        let target = deployment.targets[route]
        switch target.action {
        case .service(let position):
            service = position
            responseContext.rules = target.responseRules
            if let rules = target.compression { chooseCoding(bytes, by: rules) }
            let mayUpgrade = !target.tunnels.upgrades.isEmpty
            return mayUpgrade || stream?.asksForTunnel == true ? upgradeAnswer(bytes) : nil
        case .redirect(let status, let port):
            return redirect(status, port: port)
        }
    }

    /// Leads to the same host by another scheme. A client that has named none can't be led anywhere.
    private func redirect(_ status: Status, port: UInt16) -> LocalAnswer {
        requestParser.head.host.isEmpty ? .status(.badRequest) : .redirect(status: status, port: port)
    }

    /// Sends a local answer. The connection stays open if there is no body in the way.
    func answerLocally(_ answer: LocalAnswer, _ input: ByteBuffer) {
        guard let client else { return }
        let staysOpen =
            responseContext.isPersistent && requestBody.isComplete && !worker.isDraining
            && !client.hasServedEnough
        switch answer {
        case .status(let status) where isRemoteCall:
            record.status = status.code
            LocalResponse.writeRemoteCallFailure(status, date: worker.date, into: output)
        case .status(let status):
            record.status = status.code
            LocalResponse.write(
                status, allow: status == .methodNotAllowed ? Self.allowedMethods : "",
                isPersistent: staysOpen,
                headOnly: method == .head, date: worker.date, into: output)
        case .redirect(let status, let port):
            record.status = status.code
            let bytes = input.readable
            LocalResponse.writeRedirect(
                status, host: requestParser.head.host.bytes(in: bytes), port: port,
                target: requestParser.head.target.bytes(in: bytes), isPersistent: staysOpen,
                headOnly: method == .head, date: worker.date, into: output)
        }
        input.consume(requestParser.head.length)
        record.headRead(at: loop.now)
        record.answered(at: loop.now)
        carrySession(client)
        sendAnswer()
        finish(staysOpen: staysOpen)
    }

    /// Writes the head as the service gets it. It names no instance, so that it can go to any.
    func writeRequestHead(_ bytes: Span<UInt8>, _ client: ClientConnection) {
        let head = buffers.take(capacity: requestParser.head.length &+ 1024)
        var forwarding = client.takeForwarding()
        forwarding.requestID = record.requestID ?? worker.nextRequestID()
        forwarding.isFromHTTP2 = stream != nil
        forwarding.rules = deployment.targets[route].requestRules
        RequestForwarding.write(requestParser.head, bytes: bytes, context: forwarding, into: head)
        client.keep(forwarding)
        if let tunnel { ask(for: tunnel, in: head) }
        if deployment.services[service].pool.mayUseStreams {
            acceptsTrailers = requestParser.head.acceptsTrailers(bytes)
        }
        requestHead = head
    }

    /// Sends the body of the request as far as it has come and the service takes it.
    func sendRequestBody(_ upstream: UpstreamConnection) {
        if let stream { return sendRequestBody(of: stream, upstream) }
        guard let client, !requestBody.isComplete else { return }
        // Trailers wait in memory until they are whole.
        let limit = max(
            Self.requestReadBytes, requestParser.limits.trailerBytes &+ ClientConnection.inputBytes)
        var turns = 0
        while !requestBody.isComplete, !isBusy(upstream), !hasFailed(upstream) {
            if client.hasInput {
                guard client.withInput({ useRequestBody($0, upstream) }) ?? false else { return }
                if requestBody.isComplete { return }
            }
            turns &+= 1
            guard turns <= Self.requestTurnLimit else { return loop.revisit(client) }
            switch client.receive(limit: limit) {
            case .bytes, .full:
                continue
            case .nothing:
                return
            case .end where hasResponse:
                // It has heard enough to stop; the response goes on.
                isRequestAbandoned = true
                return
            case .end, .failed:
                // The client has left in the middle of its request.
                return client.close()
            }
        }
        if hasFailed(upstream) { isRequestAbandoned = true }
    }

    /// Passes on what the input has of the body. False if the exchange is over.
    func useRequestBody(_ input: ByteBuffer, _ upstream: UpstreamConnection) -> Bool {
        while true {
            switch requestBody.step(input.readable) {
            case .data(let range):
                if deployment.exceedsBodyLimit(requestBody.contentBytes) {
                    input.clear()
                    respond(.contentTooLarge)
                    return false
                }
                sendRequestContent(input.readable.extracting(range), upstream)
                input.consume(range.upperBound)
                if requestBody.isComplete, !isRequestChunked { return true }
            case .needMore(let count):
                input.consume(count)
                return true
            case .end(let count):
                if isRequestChunked {
                    hasSentBody = true
                    // What is kept has no place for trailers.
                    if requestBody.hasTrailers { sentBody.drop(buffers) }
                    ChunkedEncoding.writeEnd(
                        trailers: requestBody.decoder.trailers, bytes: input.readable, into: line)
                    sendEnd(line, upstream)
                }
                input.consume(count)
                return true
            case .refused(let refusal):
                worker.counters.requestsRefused &+= 1
                input.clear()
                respond(refusal.status)
                return false
            }
        }
    }

    private var isRequestChunked: Bool { requestParser.head.framing == .chunked }

    /// Ends a body of chunks that has no trailers.
    func endRequestContent(_ upstream: UpstreamConnection) {
        hasSentBody = true
        ChunkedEncoding.writeEnd(into: line)
        sendEnd(line, upstream)
    }

    /// Sends the last chunk with its trailers, which on a stream is the end of it.
    private func sendEnd(_ line: ByteBuffer, _ upstream: UpstreamConnection) {
        guard let serviceStream else { return sendLine(line, upstream) }
        serviceStream.end(trailers: line.readable)
        line.clear()
    }

    private func sendRequestContent(_ content: Span<UInt8>, _ upstream: UpstreamConnection) {
        hasSentBody = true
        if serviceStream != nil { sentBody.note(content, buffers) } else { sentBody.drop(buffers) }
        passRequestContent(content, upstream)
    }

    /// Sends again what had left before to a service that has not looked at it.
    func resendRequestBody(_ upstream: UpstreamConnection) {
        guard hasSentBody else { return }
        if let content = sentBody.content { passRequestContent(content.readable, upstream) }
        if requestBody.isComplete, isRequestChunked { endRequestContent(upstream) }
    }

    private func passRequestContent(_ content: Span<UInt8>, _ upstream: UpstreamConnection) {
        if let serviceStream {
            return serviceStream.send(content, isLast: requestBody.isComplete && !isRequestChunked)
        }
        guard isRequestChunked else {
            return unsafe content.withUnsafeBytes { unsafe upstream.write($0) }
        }
        ChunkedEncoding.writeSize(content.count, into: line)
        sendLine(line, upstream)
        unsafe content.withUnsafeBytes { unsafe upstream.write($0) }
        ChunkedEncoding.writeChunkEnd(into: line)
        sendLine(line, upstream)
    }

    private func sendLine(_ line: ByteBuffer, _ upstream: UpstreamConnection) {
        unsafe line.withReadableBytes { bytes in unsafe upstream.write(bytes) }
        line.clear()
    }

    /// How much of a request's body waits in memory at most, and how often more of it is read before others get their
    /// turn.
    private static let requestReadBytes = 64 << 10
    private static let requestTurnLimit = 64
    /// What the gateway itself would have taken instead (RFC 9110 section 15.5.6).
    private static let allowedMethods: StaticString = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
}
