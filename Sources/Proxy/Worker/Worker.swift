internal import Affinity
internal import Balancing
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
    private(set) var monitoring: MonitoringSnapshot
    private(set) var isDraining = false
    var counters = WorkerCounters()

    /// Scratch for what goes to a client; empty between events.
    let output = ByteBuffer(capacity: 64 << 10)
    /// Scratch for short pieces; empty between events.
    let line = ByteBuffer(capacity: 4 << 10)
    private let trash = ByteBuffer(capacity: 64 << 10)

    private var listeners: [Listener] = []
    private var connections: [ClientConnection] = []
    private var restingExchanges: [Exchange] = []
    private var upstreams: [InstanceKey: UpstreamPool] = [:]
    private var pools: [[UpstreamPool]] = []
    private var balancers: [Balancer] = []
    private var held: [Exchange] = []
    private var reports: PassiveReports
    private let placer: Placer
    private var random: WorkerRandom
    private var clock: WallClock
    private var drainTimer: DrainTimer?

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
        prepareServices()
        try openListeners()
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
        self.monitoring = monitoring
        if deployment === self.deployment {
            applyAddresses()
        } else {
            self.deployment = deployment
            prepareServices()
            // A listener that can't be attached is one that the kernel has no room for: the others go on.
            if !isDraining { try? openListeners() }
        }
        resumeHeld()
    }

    private func openListeners() throws(GatewayError) {
        for listener in listeners
        where !deployment.listeners.contains(where: { $0.sockets === listener.sockets }) {
            listener.close()
        }
        var opened: [Listener] = []
        for settings in deployment.listeners {
            if let known = listeners.first(where: { $0.sockets === settings.sockets }) {
                known.apply(settings)
                opened.append(known)
                continue
            }
            do { opened.append(try Listener(settings, worker: self)) } catch { throw .system(error) }
        }
        listeners = opened
    }

    // MARK: Connections

    func add(_ connection: ClientConnection) {
        connection.position = connections.count
        connections.append(connection)
    }

    func remove(_ connection: ClientConnection) {
        let last = connections.count - 1
        guard connection.position <= last, connections[connection.position] === connection else { return }
        connections.swapAt(connection.position, last)
        connections[connection.position].position = connection.position
        connections.removeLast()
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
        while let exchange = restingExchanges.popLast() {
            if exchange.fits(deployment) { return exchange }
            loop.detach(exchange)
        }
        return Exchange(worker: self)
    }

    /// Takes an exchange back.
    func give(_ exchange: Exchange) {
        guard restingExchanges.count < Self.restingExchangesLimit else { return loop.detach(exchange) }
        restingExchanges.append(exchange)
    }

    // MARK: Placement

    private var moment: Moment { Moment(monotonic: loop.now, wall: wallTime) }

    /// Places a request.
    func place(_ association: inout Association, service: Int, heldSince: MonotonicTime?) -> Placing {
        guard let state = state(service) else { return .unavailable }
        let pools = pools[service]
        return placer.place(
            &association, in: state, with: &balancers[service], heldSince: heldSince, at: moment,
            requests: { pools[$0].inUse })
    }

    /// Places a request again that could not reach its instance.
    func placeAgain(_ association: inout Association, service: Int, after last: Int, tried: InstanceSet) -> Placing {
        guard let state = state(service) else { return .unavailable }
        let pools = pools[service]
        return placer.placeAgain(
            &association, after: last, tried: tried, in: state, with: balancers[service], at: moment,
            requests: { pools[$0].inUse })
    }

    /// Places a request that nothing ties to an owner.
    func placeUnpinned(service: Int, tried: InstanceSet, heldSince: MonotonicTime?) -> Placing {
        guard let state = state(service) else { return .unavailable }
        let pools = pools[service]
        return placer.placeUnpinned(
            mintLineage(), except: tried, in: state, with: &balancers[service], heldSince: heldSince, at: moment,
            requests: { pools[$0].inUse })
    }

    /// Reserves the owner of a connection at its handshake.
    func reserve(_ association: inout Association, service: Int) {
        guard let state = state(service) else { return }
        let pools = pools[service]
        placer.reserve(
            &association, in: state, with: &balancers[service], at: moment, requests: { pools[$0].inUse })
    }

    /// Brings in association data that counts more than a lineage that a connection has minted.
    func adopt(_ other: Association, over association: inout Association, isCarried: Bool) {
        placer.adopt(other, over: &association, isCarried: isCarried, at: moment)
    }

    /// A random lineage.
    func mintLineage() -> Lineage {
        .minted(using: &random)
    }

    /// The connections to an instance.
    func pool(service: Int, position: Int) -> UpstreamPool {
        pools[service][position]
    }

    private func state(_ service: Int) -> ServiceState? {
        let services = monitoring.status.services
        return service < services.count && service < pools.count ? services[service] : nil
    }

    /// Builds what each service needs, in the order of the deployment; what an instance had is kept.
    private func prepareServices() {
        var kept: [InstanceKey: UpstreamPool] = [:]
        pools = deployment.services.map { service in
            service.keys.map { key in
                let pool = upstreams[key] ?? UpstreamPool(worker: self, instance: key, settings: service.pool)
                kept[key] = pool
                return pool
            }
        }
        for (key, pool) in upstreams where kept[key] == nil { pool.closeIdle() }
        upstreams = kept
        balancers = deployment.services.map { _ in Balancer(seed: random.next()) }
        applyAddresses()
    }

    private func applyAddresses() {
        for (service, pools) in pools.enumerated() {
            for (position, pool) in pools.enumerated() {
                pool.apply(
                    address: monitoring.address(service: service, instance: position),
                    settings: deployment.services[service].pool)
            }
        }
    }

    // MARK: Hold

    /// Keeps an exchange until the statuses change; false if the queue of its service is full.
    func hold(_ exchange: Exchange, limit: Int) -> Bool {
        guard held.count(where: { $0.service == exchange.service }) < limit else { return false }
        held.append(exchange)
        return true
    }

    /// Takes an exchange out of all queues.
    func leaveQueues(_ exchange: Exchange) {
        guard exchange.phase == .held else { return }
        held.removeAll { $0 === exchange }
        if exchange.placement.position >= 0, exchange.service < pools.count {
            for pool in pools[exchange.service] { pool.dequeue(exchange) }
        }
    }

    private func resumeHeld() {
        let waiting = held
        held.removeAll()
        for exchange in waiting { exchange.resume(choosing: true) }
    }

    // MARK: Reports

    /// An exchange has had an answer, or should have.
    func report(success: Bool, service: Int, position: Int) {
        guard position >= 0, service < deployment.services.count else { return }
        reports.note(deployment.services[service].keys[position], success: success)
    }

    /// A connection could not be made.
    func reportConnectFailure(service: Int, position: Int) {
        guard position >= 0, service < deployment.services.count else { return }
        reports.noteConnectFailure(deployment.services[service].keys[position])
    }

    // MARK: Time and chance

    /// The wall clock, as of the present batch.
    var wallTime: WallTime { clock.read(at: loop.now) }
    /// The date for responses.
    var date: HTTPDate { clock.date(at: loop.now) }

    /// A random number for a request.
    func nextRequestID() -> RequestID {
        RequestID(high: random.next(), low: random.next())
    }

    // MARK: End

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        for listener in listeners { listener.close() }
        listeners = []
        for pool in upstreams.values { pool.closeIdle() }
        drainTimer = DrainTimer(loop: loop, after: deployment.timeouts.drain) { [unowned self] in end() }
        for connection in connections { connection.closeIdle() }
        if connections.isEmpty { end() }
    }

    private func end() {
        isDraining = true
        drainTimer?.cancel()
        for listener in listeners { listener.close() }
        listeners = []
        for connection in connections { connection.close() }
        for pool in upstreams.values { pool.closeIdle() }
        for exchange in restingExchanges { loop.detach(exchange) }
        restingExchanges = []
        reports.close()
        accessLog?.close()
        loop.stop()
    }
}
