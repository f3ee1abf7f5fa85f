internal import Affinity
internal import Configuration
internal import HTTP1
internal import Platform
internal import ProxyProtocol
internal import Runtime
internal import TLS

/// A connection from a client: its socket, its TLS, what was read and not yet used, and the one exchange that is
/// under way. Thread-confined; alive from `start` to `close`.
final class ClientConnection: EventHandler {
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
    let listener: ListenerSettings
    let transport: Transport
    private(set) var phase: Phase
    /// Where the client is: its socket's address, or what the PROXY protocol says.
    private(set) var client: SocketAddress
    /// Where the socket's peer is.
    private let peer: SocketAddress
    /// When the connection was accepted.
    private let accepted: MonotonicTime
    /// Where the worker keeps this connection in its list.
    var position = 0

    private(set) var tls: TLSConnection?
    /// What ties this connection to an owner.
    var affinity = ConnectionAffinity()
    /// How long the handshake took, until it was told to the log.
    private var handshakeNanoseconds: UInt64 = 0

    /// Plaintext that was received and not yet used: nil while there is none, so that an idle connection has no buffer.
    private var input: ByteBuffer?
    /// The client has ended its direction: no more requests, but the response to the last one may go out.
    private(set) var isReadClosed = false
    private(set) var exchange: Exchange?
    private var isServing = false
    private var isSourceCounted = false
    private(set) var requestCount = 0
    /// What the service is told about this client; made with the first request.
    private var forwarding: ForwardingContext?

    init(_ transport: Transport, peer: SocketAddress, listener: ListenerSettings, worker: Worker) {
        self.transport = transport
        self.peer = peer
        self.client = peer
        self.listener = listener
        self.worker = worker
        accepted = worker.loop.now
        phase = listener.wantsProxyHeader(from: peer) ? .proxyHeader : .open
        super.init()
    }

    /// Joins the loop and reads at once: often the first bytes are there already.
    func start() {
        do {
            try worker.loop.attach(self, descriptor: transport.descriptor)
        } catch {
            transport.close()
            listener.quota.leave()
            return
        }
        worker.add(self)
        if phase == .proxyHeader {
            setTimer(worker.deployment.timeouts.handshake)
        } else {
            enter()
        }
        proceed()
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

    override func ready(_ readiness: Readiness) {
        transport.note(readiness)
        proceed()
    }

    /// Goes on with whatever the connection is at. All that is written meanwhile leaves together.
    func proceed() {
        transport.cork()
        switch phase {
        case .proxyHeader: readProxyHeader()
        case .handshaking: handshake()
        case .open: serve()
        case .lingering: discardInput()
        case .closed: return
        }
        settle()
    }

    /// Lets what was written go. Whoever writes outside `proceed` calls this afterwards.
    func settle() {
        guard phase != .closed else { return }
        transport.uncork()
        if transport.failure != nil {
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
            // Nothing of a request has come: there is nobody to answer.
            if exchange == nil { closeIdle() }
        case .lingering:
            close()
        case .closed:
            break
        }
    }

    // MARK: Requests

    /// Whether this connection has carried as many requests as it may.
    var hasServedEnough: Bool {
        let limit = worker.deployment.configuration.limits.requestsPerConnection
        return limit > 0 && requestCount >= limit
    }

    /// How long the handshake took, for the line of the first request; 0 for all others.
    func takeHandshakeNanoseconds() -> UInt64 {
        defer { handshakeNanoseconds = 0 }
        return handshakeNanoseconds
    }

    /// What the service is told about this client; to be given back with `keep`.
    func takeForwarding() -> ForwardingContext {
        forwarding.take() ?? makeForwarding()
    }

    /// Keeps what `takeForwarding` gave for the next request.
    func keep(_ forwarding: consuming ForwardingContext) {
        self.forwarding = consume forwarding
    }

    private func makeForwarding() -> ForwardingContext {
        let text = worker.line
        if let address = client.ip { AddressText.write(address, into: text) }
        var forwarding = ForwardingContext(
            client: text.copied,
            port: listener.port, isSecure: isSecure, isTrusted: listener.trusts(peer),
            gateway: worker.deployment.gatewayName)
        text.clear()
        if worker.deployment.affinity.usesCookie { forwarding.affinityCookie = worker.deployment.affinity.cookieName }
        return forwarding
    }

    /// How the client must be answered: over TLS or not.
    var isSecure: Bool { tls != nil }

    /// Whether there is plaintext that was not used yet.
    var hasInput: Bool { input != nil }

    /// Whether reading can bring anything without a new edge.
    private var mayHaveInput: Bool { tls?.mayHaveInput ?? transport.mayHaveInput }

    /// What was received and not yet used.
    func withInput<Result>(_ body: (ByteBuffer) -> Result) -> Result? {
        guard let input else { return nil }
        let result = body(input)
        if input.isEmpty, self.input === input {
            worker.loop.buffers.give(input)
            self.input = nil
        }
        return result
    }

    /// Receives more plaintext behind what there is; at most `limit` bytes wait at a time.
    func receive(limit: Int) -> Received {
        guard !isReadClosed else { return .end }
        guard mayHaveInput else { return .nothing }
        let buffer = input ?? worker.loop.buffers.take(capacity: Self.inputBytes)
        input = buffer
        guard buffer.count < limit else { return .full }
        var received = Received.nothing
        unsafe buffer.withWritableBytes(minimum: min(Self.inputBytes, limit - buffer.count)) { room in
            received = unsafe receive(into: room)
            guard case .bytes(let count) = received else { return 0 }
            return count
        }
        if buffer.isEmpty {
            worker.loop.buffers.give(buffer)
            input = nil
        }
        return received
    }

    /// Sends plaintext to the client.
    func send(_ bytes: Span<UInt8>) {
        guard let tls else {
            unsafe bytes.withUnsafeBytes { unsafe transport.write($0) }
            return
        }
        unsafe bytes.withUnsafeBytes { buffer in
            if case .failed = unsafe tls.write(buffer) { isReadClosed = true }
        }
    }

    /// The exchange is over. `staysOpen` says whether another request may follow.
    func finish(_ exchange: Exchange, staysOpen: Bool) {
        guard self.exchange === exchange, phase == .open else { return }
        self.exchange = nil
        worker.give(exchange)
        guard staysOpen, !worker.isDraining else {
            linger()
            if !isServing { settle() }
            return
        }
        setTimer(worker.deployment.timeouts.idle)
        // The next request may wait already. Not from here: the exchange is still on the stack.
        if !isServing, hasInput || mayHaveInput { worker.loop.revisit(self) }
    }

    private func serve() {
        isServing = true
        defer { isServing = false }
        repeat {
            if exchange == nil {
                if input == nil, !receivesFirstBytes() { return }
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

    private func receive(into room: UnsafeMutableRawBufferPointer) -> Received {
        guard let tls else {
            switch unsafe transport.receive(into: room) {
            case .bytes(let count): return .bytes(count)
            case .wouldBlock: return .nothing
            case .end:
                isReadClosed = true
                return .end
            case .failed: return .failed
            }
        }
        switch unsafe tls.read(into: room) {
        case .bytes(let count): return .bytes(count)
        case .wantRead: return .nothing
        case .closed:
            isReadClosed = true
            return .end
        case .failed(let failure):
            isReadClosed = true
            return failure.kind == .truncated ? .end : .failed
        }
    }

    // MARK: Set-up

    private func readProxyHeader() {
        switch ProxyHeaderReader.read(from: transport, with: worker.line) {
        case .header(let header):
            if let source = header.source { client = source }
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
        guard listener.mode == .terminate, let hosts = worker.deployment.virtualHosts else {
            phase = .open
            setTimer(worker.deployment.timeouts.head)
            return
        }
        phase = .handshaking
        setTimer(worker.deployment.timeouts.handshake)
        do {
            tls = try TLSConnection(server: hosts.initial.context, transport: transport, delegate: self)
        } catch {
            worker.counters.handshakeFailures &+= 1
            close()
        }
    }

    private func handshake() {
        guard let tls else { return close() }
        switch tls.handshake() {
        case .wantRead:
            break
        case .done:
            handshakeNanoseconds = worker.loop.now.nanoseconds(since: accepted)
            worker.counters.count(tls.resumptionKind)
            phase = .open
            setTimer(worker.deployment.timeouts.head)
            serve()
        case .failed:
            // What anybody can cause with a few bytes is counted, not logged. The alert leaves before the end.
            worker.counters.handshakeFailures &+= 1
            transport.uncork()
            close()
        }
    }

    // MARK: End

    /// No more than this is thrown away while a last response is on its way, and no longer than this is waited.
    private static let lingerPatience: UInt64 = 2_000_000_000
    private static let lingerBytes: UInt64 = 1 << 20
    /// How much plaintext is read at once: one TLS record.
    static let inputBytes = 16 << 10

    /// Says goodbye, lets the output drain and reads what the client still sends, so that no reset cuts off the
    /// response (RFC 9112 section 9.6).
    func linger() {
        guard phase == .open || phase == .handshaking else { return }
        phase = .lingering
        dropInput()
        tls?.shutdown()
        setTimer(Self.lingerPatience)
        transport.uncork()
        if !transport.hasPendingOutput { transport.shutdownWriting() }
        discardInput()
    }

    private func discardInput() {
        if !transport.hasPendingOutput { transport.shutdownWriting() }
        let start = transport.receivedBytes
        while phase == .lingering, transport.mayHaveInput {
            switch worker.discard(from: transport) {
            case .bytes where transport.receivedBytes &- start > Self.lingerBytes:
                return close()
            case .bytes:
                continue
            case .wouldBlock:
                return
            case .end:
                isReadClosed = true
                return
            case .failed:
                return close()
            }
        }
    }

    /// Closes a connection that waits for a request, in an orderly way.
    func closeIdle() {
        guard phase == .open, exchange == nil else { return }
        tls?.shutdown()
        transport.uncork()
        close()
    }

    /// Ends now. The exchange, if there is one, is told.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        if let exchange {
            self.exchange = nil
            exchange.clientClosed()
            worker.give(exchange)
        }
        worker.loop.detach(self)
        dropInput()
        transport.close()
        listener.quota.leave()
        if isSourceCounted { listener.quota.leave(from: client.ip) }
        worker.remove(self)
    }

    private func dropInput() {
        guard let input else { return }
        worker.loop.buffers.give(input)
        self.input = nil
    }

    private func setTimer(_ nanoseconds: UInt64) {
        worker.loop.setTimer(self, at: worker.loop.now.advanced(byNanoseconds: nanoseconds))
    }
}
