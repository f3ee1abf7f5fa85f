internal import Configuration
internal import HTTP1
internal import Platform
internal import Runtime
internal import TLS

/// A connection to a platform service: with an exchange, or idle in the pool. Thread-confined.
final class UpstreamConnection: EventHandler {
    /// Where the connection is in its life.
    enum Phase: UInt8 {
        /// The kernel is still connecting.
        case connecting
        /// TLS is being set up.
        case handshaking
        /// An exchange uses it.
        case busy
        /// It waits in the pool.
        case idle
        /// Several exchanges share it.
        case shared
        /// Gone.
        case closed
    }

    let pool: UpstreamPool
    private let loop: EventLoop
    let transport: Transport
    private var tls: TLSConnection?
    private(set) var phase = Phase.connecting
    private(set) var exchange: Exchange?
    /// The streams that it carries, if the service speaks HTTP/2.
    var session: ServiceSession?
    /// Whether it has carried an exchange before: then the service may have closed it meanwhile.
    private(set) var wasUsed = false
    private var hasCarried = false
    /// Which of the pool's addresses it leads to.
    let addressNumber: Int
    /// What was to be spoken when it was begun.
    private let speech: ServiceConfiguration.Speech
    /// What it had carried when its exchange got it.
    private var sentBefore: UInt64 = 0
    /// Whether nothing of an answer to the present request has come.
    private(set) var hasReceivedNothing = true
    /// What was sent could not be encrypted.
    private var isBroken = false
    /// Since when it is idle.
    private(set) var idleSince = MonotonicTime(nanoseconds: 0)

    /// Begins to connect, on behalf of `exchange` if there is one that it will be for alone.
    init(
        connecting descriptor: consuming Descriptor, pool: UpstreamPool, exchange: Exchange?,
        speech: ServiceConfiguration.Speech
    ) throws(SystemError) {
        self.pool = pool
        loop = pool.worker.loop
        self.exchange = exchange
        addressNumber = pool.addressNumber
        self.speech = speech
        transport = Transport(adopting: descriptor, loop: loop)
        super.init()
        do {
            try loop.attach(self, descriptor: transport.descriptor)
        } catch {
            transport.close()
            throw error
        }
    }

    override func ready(_ readiness: Readiness) {
        switch phase {
        case .connecting:
            guard !readiness.isDisjoint(with: [.writable, .broken]) else { return }
            finishConnecting(readiness)
        case .handshaking:
            transport.note(readiness)
            handshake()
        case .busy:
            transport.note(readiness)
            exchange?.upstreamReady()
        case .idle:
            // A service has nothing to say unasked, but for TLS: it has closed the connection, or it has lost its way.
            transport.note(readiness)
            if !readiness.isDisjoint(with: [.readable, .peerClosed]), hasSpoken { pool.discard(self) }
        case .shared:
            transport.note(readiness)
            session?.ready()
        case .closed:
            break
        }
    }

    override func timerFired() {
        switch phase {
        case .idle: pool.restIsOver(self)
        case .shared: session?.restIsOver()
        case .connecting, .handshaking, .busy, .closed: break
        }
    }

    /// Gives the idle connection to `exchange`.
    func take(for exchange: Exchange) {
        phase = .busy
        wasUsed = hasCarried
        hasCarried = true
        sentBefore = transport.sentBytes
        hasReceivedNothing = true
        self.exchange = exchange
        loop.clearTimer(self)
    }

    /// Becomes idle until `deadline`.
    func rest(until deadline: MonotonicTime) {
        phase = .idle
        exchange = nil
        idleSince = loop.now
        loop.setTimer(self, at: deadline)
        guard let tls else { return }
        if !wasUsed || tls.version == .tls13 { pool.keepSession(of: tls) }
        _ = tls.releaseBuffers()
    }

    /// Whether no byte of the exchange's request has left.
    var hasSentNothing: Bool { transport.sentBytes == sentBefore }

    /// Whether the service has ended the connection, or sent something unasked, since it became idle.
    var isStale: Bool {
        let hasArrived = Socket.hasUnexpectedInput(transport.descriptor)
        guard tls != nil else { return hasArrived }
        if hasArrived { transport.note(.readable) }
        // What was read ahead, together with the response, the kernel knows no longer.
        return mayHaveInput && hasSpoken
    }

    /// Whether what has come unasked is more than TLS has to say for itself, tickets for instance; that is taken in.
    private var hasSpoken: Bool {
        guard let tls else { return true }
        return unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { room in
            guard case .wantRead = unsafe tls.read(into: room) else { return true }
            return false
        }
    }

    // MARK: Plaintext

    /// Gathers what is sent, until `uncork`.
    func cork() {
        transport.cork()
    }

    /// Sends what was gathered.
    func uncork() {
        transport.uncork()
    }

    /// Sends `bytes`, all of them.
    func write(_ bytes: UnsafeRawBufferPointer) {
        guard let tls else { return unsafe transport.write(bytes) }
        if case .failed = unsafe tls.write(bytes) { isBroken = true }
    }

    /// Ends our direction once all has left that was written; the service may go on.
    func shutdownWriting() {
        tls?.shutdown()
        transport.shutdownWriting()
    }

    /// Receives up to `buffer.count` bytes of what the service has sent.
    func receive(into buffer: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        let transfer =
            if let tls { unsafe tls.receive(into: buffer) } else { unsafe transport.receive(into: buffer) }
        if case .bytes = transfer { hasReceivedNothing = false }
        return transfer
    }

    /// Whether receiving can bring anything without a new edge.
    var mayHaveInput: Bool { tls?.mayHaveInput ?? transport.mayHaveInput }

    /// Whether requests on it are of the scheme https.
    var isSecure: Bool { tls != nil }

    /// What the service has against us that the handshake did not tell: with TLS 1.3 its judgement of our certificate
    /// comes afterwards.
    var verdict: TLSFailure? {
        guard let failure = tls?.receiveFailure, failure.isVerdict else { return nil }
        return failure
    }

    /// Whether the connection has ended without a word of TLS that it would: something may be missing.
    var isTruncated: Bool { tls?.receiveFailure?.kind == .truncated }

    /// Whether the service takes no more for now.
    var hasPendingOutput: Bool { transport.hasPendingOutput }

    /// Whether nothing can be sent any more.
    var hasFailed: Bool { isBroken || transport.failure != nil }

    /// Ends now.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        exchange = nil
        loop.detach(self)
        if let tls {
            if !wasUsed { pool.keepSession(of: tls) }
            tls.shutdown()
        }
        transport.close()
    }

    // MARK: Set-up

    private func finishConnecting(_ readiness: Readiness) {
        if let error = Socket.pendingError(transport.descriptor) {
            return fail(.connect(error))
        }
        transport.note(readiness)
        do throws(TLSFailure) {
            tls = try pool.secure(transport, isHTTP1: speech == .http1)
        } catch {
            return fail(.handshake(error))
        }
        guard tls == nil else {
            phase = .handshaking
            return handshake()
        }
        begin()
    }

    private func handshake() {
        guard let tls else { return }
        transport.cork()
        let result = tls.handshake()
        // A failure too has to leave: it tells the service why.
        transport.uncork()
        switch result {
        case .wantRead: break
        case .done: begin()
        case .failed(let failure): fail(.handshake(failure))
        }
    }

    /// Those who wait for the connection go on without it.
    private func fail(_ fault: ConnectFault) {
        if let session { session.couldNotConnect(fault) } else { exchange?.couldNotConnect(fault) }
    }

    /// The connection can be used, by those whom it is for: with `auto` that turns out only now.
    private func begin() {
        let speaksHTTP2 = speaksHTTP2
        if speech == .agreed { pool.noteAgreement(speaksHTTP2: speaksHTTP2) }
        switch (session, speaksHTTP2) {
        case (let session?, true):
            phase = .shared
            session.connected()
        case (let session?, false):
            pool.unshare(session)
        case (nil, true):
            pool.share(self)
        case (nil, false):
            guard let exchange else { return }
            take(for: exchange)
            exchange.connected()
            // What has come together with the connection, its end perhaps, no edge will tell of.
            if phase == .busy, mayHaveInput { loop.revisit(self) }
        }
    }

    /// Whether it is one that several exchanges share.
    private var speaksHTTP2: Bool {
        switch speech {
        case .http1: false
        // Without it there is no handshake.
        case .http2, .plainHTTP2: true
        case .agreed: tls?.applicationProtocol == ApplicationProtocolName.http2
        }
    }

    /// It is for several exchanges from here on. Answers the one that has waited for it.
    func becomeShared() -> Exchange? {
        phase = .shared
        return exchange.take()
    }
}
