internal import Platform
internal import Runtime
internal import TLS

/// One TLS connection of a run: it shakes hands, then asks as often as its owner wants. It owns no buffer while
/// it is idle, so that thousands of them are cheap.
final class LoadConnection: EventHandler {
    private static let readBytes = 16 << 10
    /// How long a step may take.
    static let patience = Duration.seconds(15)

    private enum Phase {
        case connect, handshake, idle, waiting, over
    }

    /// Its place among its owner's connections.
    let number: Int
    /// How the session was resumed; after the handshake.
    private(set) var resumption = ResumptionKind.none
    /// When the present request was due.
    var due = MonotonicTime(nanoseconds: 0)
    /// Why it failed.
    private(set) var fault = ""

    private let kind: LoadKind
    private let plan: LoadPlan
    private let context: ClientContext
    private let session: [UInt8]?
    private unowned let loop: EventLoop
    private unowned let owner: any LoadOwner
    private var phase = Phase.connect
    private var transport: Transport?
    private var tls: TLSConnection?
    private var check: AnswerCheck
    private var input: ByteBuffer?

    /// A connection that has not begun.
    init(
        _ number: Int, _ kind: LoadKind, _ plan: LoadPlan, context: ClientContext, session: [UInt8]?,
        loop: EventLoop, owner: any LoadOwner
    ) {
        self.number = number
        self.kind = kind
        self.plan = plan
        self.context = context
        self.session = session
        self.loop = loop
        self.owner = owner
        check = AnswerCheck(bytes: plan.bytes)
    }

    /// Connects and shakes hands.
    func begin() {
        do {
            let descriptor = try Socket.connect(to: plan.address)
            let transport = Transport(adopting: descriptor, loop: loop)
            self.transport = transport
            try loop.attach(self, descriptor: transport.descriptor)
            loop.setTimer(self, at: loop.now + Self.patience)
        } catch {
            fail("\(error)")
        }
    }

    /// Asks once; the handshake must be over and nothing else under way.
    func request() {
        guard phase == .idle, let tls, let transport else { return }
        phase = .waiting
        loop.setTimer(self, at: .now + Self.patience)
        transport.cork()
        let result = unsafe plan.request.withUnsafeBytes { unsafe tls.write($0) }
        transport.uncork()
        if case .failed(let failure) = result { fail("\(failure)") }
    }

    /// Says goodbye.
    ///
    /// - Returns: the newest session; nil if there is none.
    func finish() -> [UInt8]? {
        guard phase != .over, let tls else { return nil }
        // A ticket may have come with the last bytes.
        _ = receive()
        let session = tls.takeSession()
        transport?.cork()
        tls.shutdown()
        transport?.uncork()
        close()
        return session
    }

    override func ready(_ readiness: Readiness) {
        guard let transport, phase != .over else { return }
        if phase == .connect {
            guard !readiness.isDisjoint(with: [.writable, .peerClosed]) else { return }
            if let error = Socket.pendingError(transport.descriptor) { return fail("\(error)") }
            guard connected(transport) else { return }
        }
        transport.note(readiness)
        if phase == .handshake { goOnWithHandshake(transport) }
        if phase == .idle || phase == .waiting { goOnReading() }
    }

    override func timerFired() {
        fail("timeout in phase \(phase)")
    }

    private func connected(_ transport: Transport) -> Bool {
        do {
            tls = try context.connect(over: transport, serverName: plan.serverName, resuming: session)
            phase = .handshake
            return true
        } catch {
            fail("\(error)")
            return false
        }
    }

    private func goOnWithHandshake(_ transport: Transport) {
        guard let tls else { return }
        transport.cork()
        let result = tls.handshake()
        transport.uncork()
        switch result {
        case .wantRead: break
        case .failed(let failure): fail("handshake: \(failure)")
        case .done:
            let objection = kind.objection(
                version: tls.version, serverKey: tls.serverKeyKind, exchange: tls.keyExchangeKind)
            if let objection { return fail("handshake: \(objection)") }
            resumption = tls.resumptionKind
            phase = .idle
            loop.clearTimer(self)
            owner.established(self)
        }
    }

    private func goOnReading() {
        while phase == .idle || phase == .waiting {
            switch receive() {
            case .bytes: take()
            case .wantRead: return
            case .closed: return fail("closed by the server")
            case .failed(let failure): return fail("\(failure)")
            }
        }
    }

    private func take() {
        guard let input else { return }
        guard phase == .waiting else { return fail("an answer to no request") }
        switch check.read(input) {
        case .incomplete: return
        case .bad: return fail("a bad answer")
        case .good(let isPersistent):
            giveInput()
            phase = .idle
            loop.clearTimer(self)
            owner.answered(self)
            if !isPersistent, phase != .over { fail("closed by the server") }
        }
    }

    private func receive() -> ReadResult {
        guard let tls else { return .closed }
        let input = self.input ?? loop.buffers.take(capacity: Self.readBytes)
        self.input = input
        var result = ReadResult.wantRead
        unsafe input.withWritableBytes(minimum: Self.readBytes) { room in
            unsafe result = tls.read(into: room)
            guard case .bytes(let count) = result else { return 0 }
            return count
        }
        if input.isEmpty { giveInput() }
        return result
    }

    private func giveInput() {
        guard let input else { return }
        self.input = nil
        loop.buffers.give(input)
    }

    private func fail(_ reason: String) {
        guard phase != .over else { return }
        fault = reason
        close()
        owner.failed(self)
    }

    private func close() {
        phase = .over
        giveInput()
        loop.detach(self)
        transport?.close()
        tls = nil
        transport = nil
    }
}
