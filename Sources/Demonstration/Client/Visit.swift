public import Platform
public import Runtime
public import TLS

/// One connection of a client from its first packet to its end: handshake, requests in turn, goodbye. With TLS, or
/// without it where no context is given. Lives on the loop that it was begun on.
public final class Visit: EventHandler {
    private static let readBytes = 16 << 10

    private enum Phase: String {
        case connect, handshake, exchange, over
    }

    /// What it was begun for.
    public let plan: VisitPlan
    /// What became of it so far.
    public private(set) var record = VisitRecord()
    /// Whether nothing more will happen.
    public var isOver: Bool { phase == .over }

    private let context: ClientContext?
    private unowned let loop: EventLoop
    private var phase = Phase.connect
    private var transport: Transport?
    private var tls: TLSConnection?
    private var reader = ResponseReader()
    private var requested = MonotonicTime(nanoseconds: 0)
    private let input = ByteBuffer(capacity: readBytes)

    /// A visit that has not begun. `context` nil: HTTP without TLS.
    public init(_ plan: VisitPlan, context: ClientContext?, loop: EventLoop) {
        self.plan = plan
        self.context = context
        self.loop = loop
    }

    /// Begins to connect. It ends by itself, at the latest when its patience is over.
    public func begin() {
        record.began = .now
        record.offersSession = plan.session != nil && context != nil
        do {
            let descriptor = try Socket.connect(to: plan.address, from: plan.source)
            let transport = Transport(adopting: descriptor, loop: loop)
            self.transport = transport
            try loop.attach(self, descriptor: transport.descriptor)
            loop.setTimer(self, at: record.began + plan.patience)
        } catch {
            fail(.connect(error))
        }
    }

    public override func ready(_ readiness: Readiness) {
        guard let transport, phase != .over else { return }
        if phase == .connect {
            guard !readiness.isDisjoint(with: [.writable, .peerClosed]) else { return }
            if let error = Socket.pendingError(transport.descriptor) { return fail(.connect(error)) }
            guard connected(transport) else { return }
        }
        transport.note(readiness)
        transport.cork()
        if phase == .handshake { goOnWithHandshake() }
        if phase == .exchange { goOnWithExchange() }
        transport.uncork()
    }

    public override func timerFired() {
        fail(.timeout(during: phase.rawValue))
    }

    // MARK: Handshake

    private func connected(_ transport: Transport) -> Bool {
        guard let context else {
            phase = .exchange
            transport.cork()
            request()
            return true
        }
        do {
            let name = plan.serverName.isEmpty ? nil : plan.serverName
            tls = try context.connect(over: transport, serverName: name, resuming: plan.session)
            phase = .handshake
            return true
        } catch {
            fail(.handshake(error))
            return false
        }
    }

    private func goOnWithHandshake() {
        guard let tls else { return }
        switch tls.handshake() {
        case .wantRead: break
        case .failed(let failure): fail(.handshake(failure))
        case .done:
            record.handshake = .now - record.began
            record.resumption = tls.resumptionKind
            record.certificateDigest = tls.peerCertificateDigest
            phase = .exchange
            request()
        }
    }

    // MARK: Requests and answers

    /// Sends the next request, or ends the visit if there is none.
    private func request() {
        guard record.answers.count < plan.paths.count else { return finish() }
        reader.reset()
        requested = .now
        let path = plan.paths[record.answers.count]
        let host = plan.serverName.isEmpty ? "limpet.test" : plan.serverName
        let text = Array("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: limpet-demo\r\n\r\n".utf8)
        unsafe text.withUnsafeBytes { bytes in
            guard let tls else { return unsafe transport?.write(bytes) ?? () }
            if case .failed(let failure) = unsafe tls.write(bytes) { fail(.connection("\(failure)")) }
        }
    }

    private func goOnWithExchange() {
        while phase == .exchange {
            guard takeAnswers() else { return }
            switch receive() {
            case .bytes: continue
            case .wantRead: return
            case .closed: return ended(.closed)
            case .failed(let failure):
                return ended(failure.kind == .truncated ? .closed : .connection("\(failure)"))
            }
        }
    }

    /// Takes the answers that are there; false when the visit is over.
    private func takeAnswers() -> Bool {
        while phase == .exchange, !input.isEmpty {
            switch reader.read(input) {
            case .incomplete: return true
            case .malformed:
                fail(.malformed)
                return false
            case .complete(let isPersistent):
                note()
                let isLast = record.answers.count == plan.paths.count
                guard isPersistent || isLast else {
                    fail(.closed)
                    return false
                }
                request()
            }
        }
        return phase == .exchange
    }

    private func note() {
        let now = MonotonicTime.now
        record.answers.append(
            VisitRecord.Answer(
                path: plan.paths[record.answers.count], status: reader.status, servedBy: reader.servedBy,
                incarnation: reader.incarnation, body: reader.body, latency: now - requested, completed: now))
    }

    private func receive() -> ReadResult {
        var result = ReadResult.wantRead
        unsafe input.withWritableBytes(minimum: Self.readBytes) { room in
            unsafe result = read(into: room)
            guard case .bytes(let count) = result else { return 0 }
            return count
        }
        return result
    }

    private func read(into room: UnsafeMutableRawBufferPointer) -> ReadResult {
        if let tls { return unsafe tls.read(into: room) }
        guard let transport else { return .closed }
        switch unsafe transport.receive(into: room) {
        case .bytes(let count): return .bytes(count)
        case .wouldBlock: return .wantRead
        case .end, .failed: return .closed
        }
    }

    // MARK: The end

    private func ended(_ failure: VisitFailure) {
        guard reader.endsWithConnection else { return fail(failure) }
        note()
        record.answers.count == plan.paths.count ? finish() : fail(.closed)
    }

    private func fail(_ failure: VisitFailure) {
        guard phase != .over else { return }
        record.failure = failure
        leave()
    }

    /// All is answered. A ticket may have come with the last bytes: it is read before leaving.
    private func finish() {
        if let tls {
            _ = receive()
            record.session = tls.takeSession()
        }
        leave()
    }

    private func leave() {
        if phase == .exchange { tls?.shutdown() }
        phase = .over
        transport?.uncork()
        loop.detach(self)
        transport?.close()
        tls = nil
        transport = nil
    }
}
