internal import HTTP
internal import HTTP1
internal import Platform
internal import Runtime
internal import TLS

/// One question to one instance: connects, asks, judges the answer, closes. Its outcome is told once.
///
/// The loop keeps it alive until then. Time and answer are bounded: by the plan's timeout and by
/// `MonitoringLimits.probeResponseBytes`.
final class Probe: EventHandler {
    private let plan: ProbePlan
    private let loop: EventLoop
    private let finished: (ProbeOutcome) -> Void
    private let startedAt: MonotonicTime
    private var step = ProbeStep.connect
    private var transport: Transport?
    private var exchange: HTTPExchange?
    private var tls: TLSConnection?
    private var isOver = false

    /// Begins to ask whoever is at `target`. `finished` is called once, perhaps before this returns, unless the probe
    /// is cancelled.
    init(
        _ plan: ProbePlan, of target: SocketAddress, loop: EventLoop,
        _ finished: @escaping (ProbeOutcome) -> Void
    ) {
        self.plan = plan
        self.loop = loop
        self.finished = finished
        startedAt = .now
        super.init()
        connect(to: target)
    }

    /// Closes the connection; nothing is told any more.
    func cancel() {
        guard !isOver else { return }
        isOver = true
        close()
    }

    override func ready(_ readiness: Readiness) {
        guard let transport, !isOver else { return }
        transport.note(readiness)
        if step == .connect {
            guard readiness.contains(.writable) || !readiness.isDisjoint(with: .broken) else { return }
            if let error = Socket.pendingError(transport.descriptor) { return fail(.connect(error)) }
            begin(transport)
        }
        switch step {
        case .connect: break
        case .handshake: continueHandshake()
        case .judgement: readJudgement()
        case .response: readAnswer()
        }
    }

    override func timerFired() {
        if exchange?.isAccepted == true || step == .judgement { return succeed() }
        fail(.timedOut(step))
    }

    // MARK: Steps

    private func connect(to target: SocketAddress) {
        let descriptor: Descriptor
        do {
            descriptor = try Socket.connect(to: target)
        } catch {
            return finish(error.isExhaustion ? .notPerformed(error) : .failed(.connect(error)))
        }
        let transport = Transport(adopting: descriptor, loop: loop)
        self.transport = transport
        do {
            try loop.attach(self, descriptor: transport.descriptor)
        } catch {
            return finish(.notPerformed(error))
        }
        loop.setTimer(self, at: startedAt + plan.timeout)
    }

    /// The connection is there.
    private func begin(_ transport: Transport) {
        guard let security = plan.security else { return ask() }
        step = .handshake
        do {
            tls = try security.context.connect(
                over: transport, serverName: security.names.server, expecting: security.names.expected)
        } catch {
            fail(.handshake("\(error)"))
        }
    }

    /// What is said now is understood.
    private func ask() {
        guard case .http(let request, let expect) = plan.question else { return succeed() }
        step = .response
        exchange = HTTPExchange(expect: expect, buffer: loop.buffers.take(capacity: 4096))
        unsafe request.withUnsafeBytes { bytes in
            if let tls { _ = unsafe tls.write(bytes) } else { unsafe transport?.write(bytes) }
        }
    }

    private func continueHandshake() {
        guard let tls, !isOver else { return }
        switch tls.handshake() {
        case .done where isJudged(by: tls):
            awaitJudgement(of: tls)
        case .done:
            ask()
            // The answer may have come with the end of the handshake: no edge tells.
            if step == .response { readAnswer() }
        case .wantRead:
            break
        case .failed(let failure):
            fail(.handshake("\(failure)"))
        }
    }

    /// Whether the handshake says nothing yet of what the instance thinks of our certificate, or of there being none. An
    /// answer to a question would tell.
    private func isJudged(by tls: TLSConnection) -> Bool {
        guard case .tls = plan.question else { return false }
        return tls.version == .tls13 && tls.wasAskedForCertificate
    }

    /// Says goodbye: an instance that has nothing against us does so, too, and one that has, says that before.
    private func awaitJudgement(of tls: TLSConnection) {
        step = .judgement
        tls.shutdown()
        transport?.shutdownWriting()
        readJudgement()
    }

    /// Whoever says something, whatever it is, has nothing against us.
    private func readJudgement() {
        guard let tls, !isOver else { return }
        let result = unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { room in
            unsafe tls.read(into: room)
        }
        switch result {
        case .failed(let failure) where failure.kind == .peerAlert: fail(.handshake("\(failure)"))
        case .wantRead: break
        case .bytes, .closed, .failed: succeed()
        }
    }

    private func readAnswer() {
        guard let exchange, let transport, !isOver else { return }
        let tls = tls
        let verdict = unsafe exchange.read { room in
            if let tls { unsafe tls.receive(into: room) } else { unsafe transport.receive(into: room) }
        }
        switch verdict {
        case .more: break
        case .accepted: succeed()
        case .refused(let failure): fail(refusal(of: tls) ?? failure)
        }
    }

    /// What the instance has against our certificate: with TLS 1.3 that comes where its answer would be.
    private func refusal(of tls: TLSConnection?) -> ProbeFailure? {
        guard let failure = tls?.receiveFailure, failure.kind == .peerAlert else { return nil }
        return .handshake("\(failure)")
    }

    // MARK: The end

    private func succeed() {
        finish(.succeeded(after: .now - startedAt))
    }

    private func fail(_ failure: ProbeFailure) {
        finish(.failed(failure))
    }

    private func finish(_ outcome: ProbeOutcome) {
        guard !isOver else { return }
        isOver = true
        close()
        finished(outcome)
    }

    private func close() {
        loop.detach(self)
        if let exchange { loop.buffers.give(exchange.buffer) }
        exchange = nil
        tls?.shutdown()
        tls = nil
        transport?.close()
    }
}
