internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Platform
internal import Runtime

/// How an exchange becomes a tunnel: what the client may ask for, and what the service has to say to it. Until then it is
/// a request like any other, and what the client sends behind its head waits.
extension Exchange {
    // MARK: Ask

    /// What CONNECT is answered with here; nil if the service is asked. It is the only one that is: the gateway makes no
    /// connection to what the client names.
    func connectAnswer(_ client: ClientConnection, _ bytes: Span<UInt8>) -> LocalAnswer? {
        // A client may have sent behind its head what is no request.
        responseContext.isPersistent = false
        let host = requestParser.head.host.bytes(in: bytes)
        if client.isMisdirected(host, in: deployment) {
            return .status(.misdirectedRequest)
        }
        guard requestParser.head.minorVersion > 0, client.listener.redirect == nil,
            let route = deployment.route(host: host, path: Span()),
            case let target = deployment.targets[route], target.tunnels.allowsConnect,
            case .service(let position) = target.action
        else { return .status(.notImplemented) }
        self.route = route
        service = position
        responseContext.rules = target.responseRules
        tunnel = Tunnel(.connect, for: self)
        return nil
    }

    /// Finds out whether the request asks for a protocol that its route allows; answers what is wrong with it, if anything.
    func upgradeAnswer(_ bytes: Span<UInt8>) -> LocalAnswer? {
        let upgrades = deployment.targets[route].tunnels.upgrades
        switch UpgradeRequest.read(
            requestParser.head, bytes: bytes, allowed: upgrades, needsKey: stream == nil)
        {
        case .nothing:
            // A stream that wants to be a tunnel is nothing else.
            return stream?.asksForTunnel == true ? .status(.notImplemented) : nil
        case .refused(let refusal):
            worker.counters.requestsRefused &+= 1
            // A client may have sent behind its head what is no request.
            responseContext.isPersistent = false
            return .status(refusal.status)
        case .wanted(let position, let key):
            tunnel = Tunnel(upgrade(to: upgrades[position], key: key.bytes(in: bytes)), for: self)
            return nil
        }
    }

    private func upgrade(to name: [UInt8], key: Span<UInt8>) -> Tunnel.Request {
        guard stream != nil else {
            let acceptance = key.count > 0 ? WebSocketKey.acceptance(of: key) : []
            return .upgrade(name: name, key: [], acceptance: acceptance)
        }
        let nonce = worker.nextRequestID()
        let key = WebSocketKey.make(nonce.high, nonce.low)
        return .upgrade(name: name, key: key, acceptance: WebSocketKey.acceptance(of: key.span))
    }

    /// Writes what is asked for into the head that goes to the service.
    func ask(for tunnel: Tunnel, in head: ByteBuffer) {
        guard case .upgrade(let name, let key, _) = tunnel.request else { return }
        UpgradeRequest.append(name.span, key: key.span, to: head)
    }

    // MARK: Agree

    /// Whether the final head that has come, at the beginning of `bytes`, makes a tunnel.
    func agreesToTunnel(_ bytes: Span<UInt8>) -> Bool {
        guard let tunnel else { return false }
        switch tunnel.request {
        case .connect:
            return responseParser.head.status / 100 == 2
        case .upgrade(let name, _, let acceptance):
            guard TunnelResponse.goesOver(responseParser.head, bytes: bytes, to: name.span) else {
                return false
            }
            return acceptance.isEmpty
                || TunnelResponse.accepts(responseParser.head, bytes: bytes, with: acceptance.span)
        }
    }

    /// Whether a response that makes no tunnel looks as if it did: on a stream success says so (RFC 8441 section 5).
    var deceivesStream: Bool {
        guard tunnel != nil, stream != nil else { return false }
        return responseParser.head.status / 100 == 2
    }

    /// Tells the client, and lets the bytes flow that wait on both sides.
    func beginTunnel(_ buffer: ByteBuffer, headBytes: Int) {
        guard let client, let tunnel else { return }
        stopWaiting()
        hasResponse = true
        giveBackRequestHead()
        let status = responseParser.head.status
        record.responseBegan(at: worker.loop.now, status: stream == nil ? status : Status.ok.code)
        record.tunnelBytes = 0
        if let pool { worker.reports.noteAnswer(pool.report, status: status) }
        carryAssociation(client)
        responseContext.date = worker.date
        TunnelResponse.write(
            responseParser.head, bytes: buffer.readable, context: responseContext,
            for: status == 101 && stream == nil ? .switching : .succeeding,
            protocol: tunnel.protocolName.span,
            into: worker.output)
        if !responseContext.cookies.isEmpty { responseContext.cookies = [] }
        if let stream {
            stream.isTunnel = true
            let output = worker.output
            stream.respond(output.readable, isLast: false)
            output.clear()
        } else {
            sendOutput()
        }
        buffer.consume(headBytes)
        phase = .tunnel
        tunnel.open()
        sendDown(buffer.readable)
        buffer.clear()
        serveTunnel()
    }

    /// The service has sent something, or has taken something, outside of an ordinary response.
    func serviceReady() {
        guard phase == .tunnel, let client else { return }
        client.transport.cork()
        serveTunnel()
        client.settle()
    }

    // MARK: End

    /// Lets go of what was asked for.
    func dropTunnel() {
        tunnel?.close()
        tunnel = nil
    }
}
