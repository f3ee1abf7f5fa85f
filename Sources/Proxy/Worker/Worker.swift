internal import Affinity
internal import Balancing
internal import Compression
internal import HTTP
internal import Monitoring
internal import Platform
internal import Runtime
internal import TLS

/// One thread of the data plane: its loop, its listeners, its connections to both sides. Born in its thread; its only
/// door is its mailbox.
final class Worker {
    let index: Int
    let loop: EventLoop
    let shared: SharedState
    let accessLog: AccessLogBuffer?
    let control: Mailbox<ControlMessage>
    let cookieSeal: CookieSeal
    let sourceAuthentication: MessageAuthentication
    private(set) var deployment: Deployment
    /// Counts the deployments that there have been, for who must not keep an old one alive.
    private(set) var deploymentNumber = 0
    private(set) var monitoring: MonitoringSnapshot
    private(set) var isDraining = false
    var counters = WorkerCounters()

    /// Scratch for what goes to a client; empty between events.
    let output = ByteBuffer(capacity: 64 << 10)
    /// Scratch for short pieces; empty between events.
    let line = ByteBuffer(capacity: 4 << 10)
    private let trash = ByteBuffer(capacity: 64 << 10)

    private var listeners: [Listener] = []
    private(set) var connections = Roster<ClientConnection>()
    private var restingExchanges: [Exchange] = []
    /// The connections to each instance, by identity, and by the positions of the deployment and the statuses.
    var upstreams: [InstanceKey: UpstreamPool] = [:]
    var pools: [[UpstreamPool]] = []
    /// One balancer a service, by the same positions.
    var balancers: [Balancer] = []
    /// The exchanges that wait for a status to change, by the position of their service.
    var held: [[Exchange]] = []
    /// For responses that are compressed on their way.
    let compressors = CompressorPool()
    /// What exchanges have become whose connections carry something other than HTTP.
    var tunnels = Roster<Tunnel>()
    /// What exchanges learn of the instances.
    let reports: PassiveReports
    let placer: Placer
    private var random: WorkerRandom
    private var clock: WallClock
    private var drainTimer: DrainTimer?
    /// All that is still open ends because the worker does.
    private(set) var hasEnded = false

    /// The most exchanges that are kept for later use.
    private static let restingExchangesLimit = 1024

    init(_ start: WorkerStart) throws(GatewayError) {
        do {
            index = start.index
            loop = try EventLoop()
            shared = start.shared
            control = start.control
            deployment = start.deployment
            monitoring = start.monitoring
            accessLog = start.accessLog.map { [loop] in AccessLogBuffer($0, loop: loop) }
            placer = Placer(start.shared.table)
            random = WorkerRandom()
            clock = WallClock(loop.now)
            reports = PassiveReports(loop: loop, control: start.control)
        } catch {
            throw .system(error)
        }
        do {
            cookieSeal = try CookieSeal(key: start.shared.cookieKey)
            sourceAuthentication = try MessageAuthentication(key: start.shared.cookieKey)
        } catch {
            throw .tls("HMAC-SHA-256 is not available")
        }
        _ = prepareServices()
        if let error = openListeners() { throw .system(error) }
    }

    // MARK: Messages

    /// Does what the control thread says.
    func receive(_ message: WorkerMessage) {
        switch message {
        case .update(let deployment, let monitoring):
            update(deployment, monitoring)
        case .drain:
            drain()
        case .stop:
            end()
        }
    }

    private func update(_ deployment: Deployment, _ monitoring: MonitoringSnapshot) {
        let before = self.monitoring
        self.monitoring = monitoring
        if deployment === self.deployment {
            if monitoring.addressNumber != before.addressNumber { applyAddresses() }
            followStatuses(of: monitoring.changes(since: before))
            if monitoring.wishNumber != before.wishNumber { reviewTunnels() }
        } else {
            self.deployment = deployment
            deploymentNumber &+= 1
            // Their parsers have the limits of the old one.
            for exchange in restingExchanges { loop.detach(exchange) }
            restingExchanges.removeAll()
            resume(prepareServices())
            // A listener that can't be attached is one that the kernel has no room for: the others go on.
            if !isDraining { _ = openListeners() }
            followStatuses(of: Array(monitoring.status.services.indices))
            reviewTunnels()
        }
    }

    /// Listens where the deployment says, and nowhere else. Answers why not everywhere, if so.
    private func openListeners() -> SystemError? {
        for listener in listeners
        where !deployment.listeners.contains(where: { $0.sockets === listener.sockets }) {
            listener.end()
        }
        var failure: SystemError?
        var opened: [Listener] = []
        for settings in deployment.listeners {
            if let known = listeners.first(where: { $0.sockets === settings.sockets }) {
                known.apply(settings)
                opened.append(known)
                continue
            }
            do { opened.append(try Listener(settings, worker: self)) } catch { failure = error }
        }
        listeners = opened
        return failure
    }

    // MARK: Connections

    /// How many connections of clients there are.
    var connectionCount: Int { connections.count }

    func add(_ connection: ClientConnection) {
        connections.add(connection)
    }

    func remove(_ connection: ClientConnection) {
        connections.remove(connection)
        if isDraining, connections.isEmpty { end() }
    }

    /// Reads and throws away.
    func discard(from transport: Transport) -> Socket.Transfer {
        var transfer = Socket.Transfer.wouldBlock
        unsafe trash.withWritableBytes(minimum: 16 << 10) { room in
            transfer = unsafe transport.receive(into: room)
            return 0
        }
        return transfer
    }

    /// An exchange for a request that begins.
    func takeExchange() -> Exchange {
        restingExchanges.popLast() ?? Exchange(worker: self)
    }

    /// Takes an exchange back.
    func give(_ exchange: Exchange) {
        guard exchange.origin === deployment, restingExchanges.count < Self.restingExchangesLimit else {
            return loop.detach(exchange)
        }
        restingExchanges.append(exchange)
    }

    // MARK: Time and chance

    /// The wall clock, as of the present batch.
    var wallTime: WallTime { clock.read(at: loop.now) }
    /// The date for responses.
    var date: HTTPDate { clock.date(at: loop.now) }

    /// A random lineage.
    func mintLineage() -> Lineage {
        .minted(using: &random)
    }

    /// A seed for what needs random numbers of its own.
    func nextSeed() -> UInt64 {
        random.next()
    }

    /// A random number for a request.
    func nextRequestID() -> RequestID {
        RequestID(high: random.next(), low: random.next())
    }

    // MARK: End

    private func drain() {
        guard !isDraining else { return }
        // Who waits in the kernel's queue was promised a connection.
        for listener in listeners { listener.end() }
        listeners = []
        isDraining = true
        drainTimer = DrainTimer(loop: loop, after: deployment.timeouts.drain) { [unowned self] in end() }
        for pool in upstreams.values { pool.closeIdle() }
        for connection in connections.members { connection.drain() }
        if connections.isEmpty { end() }
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        isDraining = true
        drainTimer?.cancel()
        for listener in listeners { listener.close() }
        listeners = []
        for connection in connections.members { connection.close() }
        for pool in upstreams.values { pool.closeIdle() }
        for exchange in restingExchanges { loop.detach(exchange) }
        restingExchanges = []
        reports.close()
        accessLog?.close()
        loop.stop()
    }

    /// Lets go of all that refers back to the worker, once its loop has come to rest.
    func dissolve() {
        end()
        upstreams = [:]
        pools = []
        held = []
        drainTimer = nil
    }
}
