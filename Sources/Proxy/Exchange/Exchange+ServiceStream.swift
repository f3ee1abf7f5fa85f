internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Runtime

/// What is different for a service that speaks HTTP/2: how the parts of the request leave, and how those of the response
/// come. Everything else is the same.
extension Exchange {
    // MARK: The request

    /// Makes the request on a stream.
    func forward(on serviceStream: ServiceStream, _ upstream: UpstreamConnection) {
        guard let requestHead else { return }
        if let tunnel { return ask(for: tunnel, on: serviceStream, requestHead) }
        let isLast = requestBody.isComplete && !hasSentBody
        serviceStream.ask(requestHead, acceptsTrailers: acceptsTrailers, isLast: isLast)
        resendRequestBody(upstream)
        sendRequestBody(upstream)
        serviceStream.settle()
        if phase == .forwarding { waitForProgress() }
    }

    /// Asks for a tunnel, if the service has a form for it.
    private func ask(for tunnel: Tunnel, on serviceStream: ServiceStream, _ requestHead: ByteBuffer) {
        guard let form = tunnel.form(allowsExtended: serviceStream.allowsExtendedConnect) else {
            return respond(.notImplemented)
        }
        serviceStream.ask(requestHead, tunnel: form, acceptsTrailers: false, isLast: false)
        serviceStream.settle()
        if phase == .forwarding { waitForProgress() }
    }

    /// Whether the service takes no more of the request now.
    func isBusy(_ upstream: UpstreamConnection) -> Bool {
        if let serviceStream { return serviceStream.hasPendingOutput }
        return upstream.hasPendingOutput
    }

    /// Whether the service takes nothing any more.
    func hasFailed(_ upstream: UpstreamConnection) -> Bool {
        if let serviceStream { return serviceStream.isClosed }
        return upstream.hasFailed
    }

    /// What the service has taken of the request so far.
    func takenByService(_ upstream: UpstreamConnection) -> UInt64 {
        serviceStream?.sentBytes ?? upstream.transport.sentBytes
    }

    /// The same as a measure of whether the service moves; see `clientProgress`.
    func serviceProgress(_ upstream: UpstreamConnection) -> UInt64 {
        guard let serviceStream, serviceStream.windowBytes > 0 else { return takenByService(upstream) }
        return serviceStream.sentBytes &+ upstream.transport.sentBytes
    }

    /// What the service has said so far.
    func responseProgress(_ upstream: UpstreamConnection) -> UInt64 {
        serviceStream?.receivedBytes ?? upstream.transport.receivedBytes
    }

    // MARK: The response

    /// Passes on what has come, as far as the client takes it.
    func forwardResponse(of serviceStream: ServiceStream) {
        guard phase == .forwarding else { return }
        guard serviceStream.refusal == nil, !serviceStream.hasFault else {
            if hasResponse { cutOff() } else { refuseResponse() }
            return
        }
        if !hasResponse, let head = serviceStream.head, !head.isEmpty { useResponse(head) }
        while goesOn(serviceStream), hasResponse, !isClientBusy, serviceStream.inputCount > 0 {
            if serviceStream.isInputOver, serviceStream.trailers == nil {
                responseBody.endStream(after: serviceStream.inputCount)
            }
            useContent(of: serviceStream)
            // The service learns that it may send more.
            serviceStream.settle()
        }
        guard goesOn(serviceStream) else { return }
        if serviceStream.inputCount == 0 {
            if hasResponse, serviceStream.isInputOver { return endResponse(of: serviceStream) }
            if serviceStream.isClosed { return upstreamEnded(isBroken: true) }
            if compressor != nil { flushCompressor() }
            guard goesOn(serviceStream) else { return }
        }
        waitForProgress()
    }

    /// Uses what has come of the content, no more at once than the client may make us hold: what is used the service may
    /// send again.
    private func useContent(of serviceStream: ServiceStream) {
        let most = responseReadBytes
        let buffers = buffers
        serviceStream.withInput { input in
            guard input.count > most else { return useResponse(input) }
            let piece = buffers.take(capacity: most)
            piece.append(input.readable.extracting(first: most))
            input.consume(most)
            useResponse(piece)
            buffers.give(piece)
        }
    }

    private func goesOn(_ serviceStream: ServiceStream) -> Bool {
        phase == .forwarding && self.serviceStream === serviceStream
    }

    /// The service has said all: the end of the body, or its trailers.
    private func endResponse(of serviceStream: ServiceStream) {
        guard !isClientBusy else { return waitForProgress() }
        responseBody.endStream(hasTrailers: serviceStream.trailers != nil)
        if let trailers = serviceStream.trailers {
            useResponse(trailers)
        } else {
            useResponse(line)
        }
        // The library has counted; so have we.
        if goesOn(serviceStream) { cutOff() }
    }
}
