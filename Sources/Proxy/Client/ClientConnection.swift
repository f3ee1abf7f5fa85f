internal import Affinity
internal import Configuration
internal import HTTP1
internal import Platform
internal import ProxyProtocol
internal import Runtime
internal import TLS

/// A connection from a client: its socket, its TLS, what was read and not yet used, and the one exchange that is
/// under way. Thread-confined; alive from `start` to `close`.
final class ClientConnection: EventHandler, RosterMember {
    /// Where the connection is in its life.
    enum Phase: UInt8 {
        /// A PROXY protocol header has to come first.
        case proxyHeader
        /// TLS is being set up.
        case handshaking
        /// Requests and responses.
        case open
        /// The last response is on its way; what the client still sends is thrown away.
        case lingering
        /// Gone.
        case closed
    }

    let worker: Worker
    let loop: EventLoop
    let buffers: BufferPool
    let listener: ListenerSettings
    let transport: Transport
    var phase: Phase
    /// Where the client is: its socket's address, or what the PROXY protocol says.
    private(set) var client: SocketAddress
    /// The port that the client connected to, by the same word; 0 for none.
    private var port: UInt16
    /// Where the socket's peer is.
    private let peer: SocketAddress
    /// When the connection was accepted.
    private let accepted: MonotonicTime
    /// How much of a tenth its greatest age is cut by: so many of 255 parts.
    private let ageShare: UInt8
    /// Among the worker's connections.
    var rosterPlace = 0

    private(set) var tls: TLSConnection?
    /// OpenSSL gives its buffers back by itself.
    private var keepsNoBuffers = false
    /// What ties this connection to an owner.
    var affinity = ConnectionAffinity()
    /// How long the handshake took, until it was told to the log.
    private var handshakeNanoseconds: UInt64 = 0

    /// Plaintext that was received and not yet used: nil while there is none, so that an idle connection has no buffer.
    var input: ByteBuffer?
    /// The client has ended its direction: no more requests, but the response to the last one may go out.
    var isReadClosed = false
    /// It has done so without a close_notify where there is TLS: somebody else may have cut it off.
    var isTruncated = false
    /// Nothing can be sent to the client any more.
    var isBroken = false
    /// With HTTP/1, the one exchange that is under way.
    var exchange: Exchange?
    /// With HTTP/2, the streams.
    var session: ClientSession?
    /// The first bytes will tell which version the client speaks.
    var isUndecided = false
    private var isServing = false
    var isSourceCounted = false
    private(set) var requestCount = 0
    /// What the service is told about this client; made with the first request, and again after a reload.
    private var forwarding: ForwardingContext?
    private var forwardingOrigin = 0
    /// The last response has not wholly left.
    var isDeparting = false
    /// What had been received when the connection began to linger.
    var lingersFrom: UInt64 = 0
    /// What had been sent when the timer was last set for output that waits.
    var sentBytesAtTimer: UInt64 = 0

    /// How many requests are served at once, before others get their turn.
    private static let turnLimit = 32

    init(_ transport: Transport, peer: SocketAddress, listener: ListenerSettings, worker: Worker) {
        self.transport = transport
        self.peer = peer
        self.client = peer
        port = listener.port
        self.listener = listener
        self.worker = worker
        loop = worker.loop
        buffers = worker.loop.buffers
        accepted = worker.loop.now
        ageShare = UInt8(truncatingIfNeeded: worker.nextSeed())
        phase = listener.wantsProxyHeader(from: peer) ? .proxyHeader : .open
        super.init()
    }

    /// Joins the loop and reads at once: often the first bytes are there already.
    func start() {
        do {
            try loop.attach(self, descriptor: transport.descriptor)
        } catch {
            transport.close()
            listener.quota.leave()
            return
        }
        worker.add(self)
        if phase == .proxyHeader {
            setHandshakeTimer()
        } else {
            enter()
        }
        proceed()
    }

    override func ready(_ readiness: Readiness) {
        transport.note(readiness)
        // Nobody will hear the answer that is being made or sent: the service need not go on with it.
        if !readiness.isDisjoint(with: .broken), exchange != nil || session != nil || phase == .lingering,
            !isTunnel
        {
            return close()
        }
        proceed()
    }

    /// Goes on with whatever the connection is at. All that is written meanwhile leaves together.
    func proceed() {
        transport.cork()
        switch phase {
        case .proxyHeader: readProxyHeader()
        case .handshaking: handshake()
        case .open: serve()
        case .lingering: lingerOn()
        case .closed: return
        }
        settle()
    }

    /// Lets what was written go. Whoever writes outside `proceed` calls this afterwards.
    func settle() {
        if let session { settleSession(session) }
        guard phase != .closed else { return }
        if !keepsNoBuffers, let tls { keepsNoBuffers = tls.releaseBuffers() }
        transport.uncork()
        if isBroken || transport.failure != nil {
            close()
        } else if phase == .lingering, isReadClosed, !transport.hasPendingOutput {
            close()
        }
    }

    override func timerFired() {
        switch phase {
        case .proxyHeader, .handshaking:
            worker.counters.handshakeTimeouts &+= 1
            close()
        case .open:
            if let session {
                transport.cork()
                session.timerFired()
                return settle()
            }
            // Nothing of a request has come: there is nobody to answer.
            guard exchange == nil, !isSending() else { return }
            if transport.hasPendingOutput { worker.shared.abuse.noteSlowReader() }
            closeIdle()
        case .lingering:
            if !isSending() { close() }
        case .closed:
            break
        }
    }

    // MARK: Set-up

    private func readProxyHeader() {
        switch ProxyHeaderReader.read(from: transport, with: worker.line) {
        case .header(let header):
            if let source = header.source { client = source }
            if let destination = header.destination { port = destination.port ?? 0 }
            enter()
            proceed()
        case .incomplete:
            break
        case .refused:
            worker.counters.proxyHeadersRefused &+= 1
            close()
        }
    }

    private func enter() {
        guard countSource() else { return }
        guard listener.mode == .terminate else {
            phase = .open
            isUndecided = listener.allowsHTTP2
            setTimer(worker.deployment.timeouts.head)
            return
        }
        // A reload that took the last certificate away also took this listener.
        guard let hosts = worker.deployment.virtualHosts else { return close() }
        phase = .handshaking
        setHandshakeTimer()
        do {
            let tls = try TLSConnection(server: hosts.initial.context, transport: transport, delegate: self)
            tls.excludedProtocol = listener.excludedProtocol
            self.tls = tls
        } catch {
            worker.counters.handshakeFailures &+= 1
            close()
        }
    }

    /// Counts the connection for its client, wherever that is; closes it if the client has too many.
    private func countSource() -> Bool {
        guard listener.quota.enter(from: client.ip) else {
            worker.counters.connectionsRefused &+= 1
            close()
            return false
        }
        isSourceCounted = true
        return true
    }

    private func handshake() {
        guard let tls else { return close() }
        switch tls.handshake() {
        case .wantRead:
            break
        case .done:
            handshakeNanoseconds = loop.now.nanoseconds(since: accepted)
            worker.counters.count(tls.resumptionKind)
            phase = .open
            setTimer(worker.deployment.timeouts.head)
            if listener.allowsHTTP2 { beginAgreedSession(tls) }
            serve()
        case .failed:
            // What anybody can cause with a few bytes is counted, not logged. The alert leaves before the end.
            worker.counters.handshakeFailures &+= 1
            transport.uncork()
            close()
        }
    }

    // MARK: Requests

    private func serve() {
        if let session { return serveStreams(session) }
        isServing = true
        defer { isServing = false }
        var turns = 0
        repeat {
            if exchange == nil {
                // A client that takes no responses gets no more requests served: it could fill the memory with them.
                if transport.hasPendingOutput { return }
                if input == nil, !receivesFirstBytes() { return }
                if isUndecided {
                    guard decideVersion() else { return }
                    if let session { return serveStreams(session) }
                }
                turns &+= 1
                guard turns <= Self.turnLimit else { return loop.revisit(self) }
                let exchange = worker.takeExchange()
                requestCount &+= 1
                exchange.attach(to: self)
                self.exchange = exchange
            }
            guard let exchange else { return }
            exchange.clientReady()
            if self.exchange === exchange { return }
        } while phase == .open
    }

    /// Between requests: whether the first bytes of another one are there.
    private func receivesFirstBytes() -> Bool {
        switch receive(limit: Self.inputBytes) {
        case .bytes, .full: return true
        case .nothing: return false
        case .end:
            linger()
            return false
        case .failed:
            close()
            return false
        }
    }

    /// The exchange is over. `staysOpen` says whether another request may follow.
    func finish(_ exchange: Exchange, staysOpen: Bool, isRagged: Bool = false) {
        guard self.exchange === exchange, phase == .open else { return }
        self.exchange = nil
        worker.give(exchange)
        guard staysOpen, !worker.isDraining else {
            linger(isRagged: isRagged)
            if !isServing { settle() }
            return
        }
        setTimer(worker.deployment.timeouts.idle)
        // The next request may wait already. Not from here: the exchange is still on the stack.
        if !isServing, hasInput || mayHaveInput { loop.revisit(self) }
    }

    /// One more request has come.
    func countRequest() {
        requestCount += 1
    }

    /// Whether this connection has carried as many requests as it may, or for as long as it may.
    var hasServedEnough: Bool {
        let limit = worker.deployment.configuration.limits.requestsPerConnection
        if limit > 0, requestCount >= limit { return true }
        return ageEnd.map { loop.now >= $0 } ?? false
    }

    /// When it has carried requests for as long as it may; nil: there is no such time.
    var ageEnd: MonotonicTime? {
        let age = worker.deployment.timeouts.age
        guard age > 0 else { return nil }
        return accepted.advanced(byNanoseconds: age &- age / 10 &* UInt64(ageShare) / 255)
    }

    // MARK: Facts

    /// How the client must be answered: over TLS or not.
    var isSecure: Bool { tls != nil }

    /// Whether a request for `host` should not have come over this connection.
    func isMisdirected(_ host: Span<UInt8>, in deployment: Deployment) -> Bool {
        guard let hosts = deployment.virtualHosts, !hosts.admitsAll, let tls else { return false }
        return !hosts.admits(
            host, at: affinity.virtualHost, hasServerName: !tls.serverName.isEmpty)
    }

    /// Whether what it says about who it speaks for is believed.
    var isTrusted: Bool { listener.trusts(peer) }

    /// How long the handshake took, for the line of the first request; 0 for all others.
    func takeHandshakeNanoseconds() -> UInt64 {
        defer { handshakeNanoseconds = 0 }
        return handshakeNanoseconds
    }

    /// What the service is told about this client; to be given back with `keep`.
    func takeForwarding() -> ForwardingContext {
        guard forwardingOrigin == worker.deploymentNumber, let known = forwarding.take() else {
            return makeForwarding()
        }
        return known
    }

    /// Keeps what `takeForwarding` gave for the next request.
    func keep(_ forwarding: consuming ForwardingContext) {
        self.forwarding = consume forwarding
    }

    private func makeForwarding() -> ForwardingContext {
        forwardingOrigin = worker.deploymentNumber
        let text = worker.line
        if let address = client.ip { AddressText.write(address, into: text) }
        var forwarding = ForwardingContext(
            client: text.copied,
            port: port, isSecure: isSecure, isTrusted: isTrusted,
            gateway: worker.deployment.gatewayName)
        text.clear()
        if worker.deployment.affinity.usesCookie {
            forwarding.affinityCookie = worker.deployment.affinity.cookieName
        }
        return forwarding
    }

    /// A PROXY protocol header and the handshake have one time together.
    private func setHandshakeTimer() {
        loop.setTimer(self, at: accepted.advanced(byNanoseconds: worker.deployment.timeouts.handshake))
    }

    func setTimer(_ nanoseconds: UInt64) {
        loop.setTimer(self, at: loop.now.advanced(byNanoseconds: nanoseconds))
    }
}
