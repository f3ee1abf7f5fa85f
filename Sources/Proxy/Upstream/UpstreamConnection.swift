internal import HTTP1
internal import Platform
internal import Runtime

/// A connection to a platform service: with an exchange, or idle in the pool. Thread-confined.
final class UpstreamConnection: EventHandler {
    /// Where the connection is in its life.
    enum Phase: UInt8 {
        /// The kernel is still connecting.
        case connecting
        /// An exchange uses it.
        case busy
        /// It waits in the pool.
        case idle
        /// Gone.
        case closed
    }

    let pool: UpstreamPool
    private let loop: EventLoop
    let transport: Transport
    private(set) var phase = Phase.connecting
    private(set) var exchange: Exchange?
    /// Whether it has carried an exchange before: then the service may have closed it meanwhile.
    private(set) var wasUsed = false
    /// Which of the pool's addresses it leads to.
    let addressNumber: Int
    /// What it had carried when its exchange got it.
    private var sentBefore: UInt64 = 0
    private var receivedBefore: UInt64 = 0
    /// Since when it is idle.
    private(set) var idleSince = MonotonicTime(nanoseconds: 0)

    /// Begins to connect on behalf of `exchange`.
    init(connecting descriptor: consuming Descriptor, pool: UpstreamPool, exchange: Exchange)
        throws(SystemError)
    {
        self.pool = pool
        loop = pool.worker.loop
        self.exchange = exchange
        addressNumber = pool.addressNumber
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
        case .busy:
            transport.note(readiness)
            exchange?.upstreamReady()
        case .idle:
            // A service has nothing to say unasked: it has closed the connection, or it has lost its way.
            if !readiness.isDisjoint(with: [.readable, .peerClosed]) { pool.discard(self) }
        case .closed:
            break
        }
    }

    override func timerFired() {
        if phase == .idle { pool.restIsOver(self) }
    }

    /// Gives the idle connection to `exchange`.
    func take(for exchange: Exchange) {
        phase = .busy
        wasUsed = true
        sentBefore = transport.sentBytes
        receivedBefore = transport.receivedBytes
        self.exchange = exchange
        loop.clearTimer(self)
    }

    /// Becomes idle until `deadline`.
    func rest(until deadline: MonotonicTime) {
        phase = .idle
        exchange = nil
        idleSince = loop.now
        loop.setTimer(self, at: deadline)
    }

    /// Whether no byte of the exchange's request has left.
    var hasSentNothing: Bool { transport.sentBytes == sentBefore }
    /// Whether no byte of an answer to it has come.
    var hasReceivedNothing: Bool { transport.receivedBytes == receivedBefore }

    /// Whether the service has ended the connection, or sent something unasked, since it became idle.
    var isStale: Bool {
        Socket.hasUnexpectedInput(transport.descriptor)
    }

    /// Ends now.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        exchange = nil
        loop.detach(self)
        transport.close()
    }

    private func finishConnecting(_ readiness: Readiness) {
        if let error = Socket.pendingError(transport.descriptor) {
            exchange?.couldNotConnect(error)
            return
        }
        phase = .busy
        transport.note(readiness)
        exchange?.connected()
    }
}
