internal import Administration
internal import Affinity
public import Configuration
internal import Monitoring
public import Platform
internal import Runtime
internal import TLS

/// The running gateway: the control thread's loop with the service monitor, and the workers.
///
/// `run` takes the calling thread as the control thread and returns when everything has ended. Signals: TERM drains, a
/// second TERM or INT ends at once, HUP reloads, USR1 opens the access log again.
public final class Gateway {
    /// Where the configuration comes from; called again on each reload.
    public typealias Source = () throws -> GatewayConfiguration
    /// Hears what an operator should know.
    public typealias Observer = (GatewayEvent) -> Void

    private let loop: EventLoop
    private let shared: SharedState
    private let control: Mailbox<ControlMessage>
    private let source: Source
    private let observe: Observer
    private let notifier = ServiceNotifier()
    private let startNodeManager: (() throws -> Void)?
    private var nodeManager: NodeManagerKeeper?
    private var administration: ControlServer?
    private let begin = ClockPair.now
    private var interfaces: InterfaceKeeper?
    private var deployment: Deployment
    private var monitor: ServiceMonitor?
    private var accessLog: AccessLogWriter?
    private var workers: [WorkerHandle] = []
    private var runningWorkers = 0
    /// How many workers have said that they accept connections.
    private var startedWorkers = 0
    private var isDraining = false
    /// Why a worker has ended that was not told to.
    private var failure: GatewayError?
    private var handlers: [EventHandler] = []

    /// Loads, checks and opens everything that `configuration` names; nothing is accepted before `run`.
    ///
    /// `startNodeManager` starts the process that supervises the local services, where there is none; it outlives us.
    public init(
        _ configuration: GatewayConfiguration, source: @escaping Source,
        startNodeManager: (() throws -> Void)? = nil, observe: @escaping Observer
    ) throws(GatewayError) {
        self.startNodeManager = startNodeManager
        do {
            loop = try EventLoop()
            control = try Mailbox<ControlMessage>()
        } catch {
            throw .system(error)
        }
        self.source = source
        self.observe = observe
        shared = try SharedState(configuration)
        let listeners = try Self.openListeners(
            configuration, keeping: [], workers: Self.workerCount(configuration))
        deployment = try Deployment(configuration, listeners: listeners, ticketKeys: shared.ticketKeys)
        if let log = configuration.accessLog {
            do { accessLog = try AccessLogWriter(log.destination) } catch { throw .accessLog(error) }
        }
    }

    /// Loads and checks what `configuration` names, certificates and keys included, and opens nothing.
    ///
    /// - Returns: what may not be as it was meant, in a sentence each.
    public static func check(_ configuration: GatewayConfiguration) throws(GatewayError) -> [String] {
        let keys: TicketKeyRing
        do {
            keys = try TicketKeyRing(
                rotation: configuration.tls.ticketKeys.rotate, keptKeys: configuration.tls.ticketKeys.keep)
        } catch {
            throw .tls(error.description)
        }
        _ = try SharedState.cookieKey(configuration.affinity.cookie, nil)
        let deployment = try Deployment(configuration, listeners: [], ticketKeys: keys)
        return deployment.virtualHosts?.sharedNames ?? []
    }

    /// Runs until a signal, or a worker's failure, has ended everything. `signals` must have been blocked before any
    /// thread was started.
    public func run(_ signals: consuming SignalSource) throws(GatewayError) {
        if let warning = shared.kept?.warning { observe(.keysSealedPoorly(warning)) }
        warn(of: deployment)
        // Before the first ticket.
        keepKeys()
        do {
            let monitor = try ServiceMonitor(
                deployment.configuration, loop: loop,
                observe: { [unowned self] instance, transition in
                    observe(.status(instance: instance, transition: "\(transition)"))
                },
                warn: { [unowned self] in observe(.notification($0)) },
                publish: { [unowned self] snapshot in tellWorkers(.update(deployment, snapshot)) })
            self.monitor = monitor
            // What operators want counts from the first request on.
            administration = try listenForCommands(monitor)
            startWorkers(monitor.snapshot)
            nodeManager = NodeManagerKeeper(
                deployment.configuration, loop: loop, monitor: monitor, start: startNodeManager,
                observe: observe)
        } catch {
            throw .monitoring("\(error)")
        }
        do {
            interfaces = InterfaceKeeper(deployment, loop: loop, observe: observe) { [unowned self] in
                if isReady { notifier.status(statusSentence) }
            }
            if let monitor { interfaces?.look(at: monitor) }
            handlers.append(try control.attach(to: loop) { [unowned self] in receive($0) })
            handlers.append(try SignalHandler(signals, loop: loop) { [unowned self] in receive($0) })
            handlers.append(
                Housekeeping(loop: loop) { [unowned self] now in keepHouse(now) })
            if let interval = notifier.watchdogInterval {
                handlers.append(
                    IntervalTimer(every: interval, on: loop) { [unowned self] in notifier.alive() })
            }
            if runningWorkers > 0 { try loop.run() }
        } catch {
            throw .system(error)
        }
        finish()
        if let failure { throw failure }
    }

    private func listenForCommands(_ monitor: ServiceMonitor) throws(AdministrationError) -> ControlServer? {
        let administration = deployment.configuration.administration
        guard let socket = administration.socket, let state = administration.stateFile else { return nil }
        return try ControlServer(
            path: socket, stateFile: state, loop: loop, monitor: monitor,
            pins: { [shared] in shared.table.livePins(of: $0) }, describe: { [unowned self] in report },
            interfaces: { [unowned self] in interfaces?.snapshot },
            observe: { [observe] in observe(.administration($0)) })
    }

    private var report: GatewayReport {
        GatewayReport(
            node: deployment.configuration.node ?? "", process: ProcessTable.ourIdentifier,
            begin: begin.milliseconds, workers: UInt32(clamping: workers.count),
            snapshot: monitor?.snapshot.number ?? 0, abuse: shared.abuse.reports)
    }

    // MARK: Messages

    private func receive(_ signal: SignalSource.Signal) {
        switch signal {
        case .terminate: isDraining ? stop() : drain()
        case .interrupt: stop()
        case .hangUp: reload()
        case .user1: if let log = deployment.configuration.accessLog { accessLog?.open(log.destination) }
        }
    }

    private func receive(_ message: ControlMessage) {
        switch message {
        case .passive(let report): monitor?.note(report)
        case .workerStarted:
            startedWorkers += 1
            guard isReady else { return }
            observe(.started(addresses: deployment.listeners.map { $0.sockets.address.description }))
            announceReadiness()
        case .workerEnded(let failure):
            runningWorkers -= 1
            // Its share of the connections has nobody now: better to be started again.
            if let failure { fail(failure) }
            if runningWorkers == 0 { loop.stop() }
        }
    }

    /// Ends everything, for the first reason that there is.
    private func fail(_ reason: GatewayError) {
        guard failure == nil else { return }
        failure = reason
        stop()
    }

    private func tellWorkers(_ message: WorkerMessage) {
        for worker in workers { worker.tell(message) }
    }

    /// Every worker accepts connections, and none is about to stop.
    private var isReady: Bool { startedWorkers == workers.count && !isDraining }

    private func announceReadiness() {
        guard isReady else { return }
        notifier.ready(status: statusSentence)
    }

    /// How we are, for the service manager.
    private var statusSentence: String {
        let size = "\(workers.count) workers, \(deployment.listeners.count) listeners"
        guard let trouble = interfaces?.trouble else { return size }
        return "\(trouble); \(size)"
    }

    private func drain() {
        isDraining = true
        // The next gateway may be about to start.
        administration?.stop()
        monitor?.stopHearing()
        observe(.draining)
        notifier.stopping()
        tellWorkers(.drain)
    }

    private func stop() {
        isDraining = true
        notifier.stopping()
        tellWorkers(.stop)
    }

    // MARK: Reload

    /// Takes over a new configuration beside the old one; on any error the old one stays.
    private func reload() {
        guard !isDraining else { return }
        // Before it was ready for the first time, that is still what the service manager waits for.
        if isReady { notifier.reloading() }
        do {
            let configuration = try source()
            // Other workers need a restart: a socket for one that there is not would take connections for nobody.
            let listeners = try Self.openListeners(
                configuration, keeping: deployment.listeners, workers: workers.count)
            let next = try Deployment(configuration, listeners: listeners, ticketKeys: shared.ticketKeys)
            try takeOver(next)
            observe(.reloaded)
        } catch {
            observe(.reloadRefused("\(error)"))
        }
        announceReadiness()
    }

    private func takeOver(_ next: Deployment) throws {
        if let log = next.configuration.accessLog,
            log.destination != deployment.configuration.accessLog?.destination
        {
            // Workers that have no log keep none: a log that begins needs a restart, one that moves does not.
            accessLog?.open(log.destination)
        }
        warn(of: next)
        for sentence in next.unchangeable(since: deployment, workers: workers.count) {
            observe(.needsRestart(sentence))
        }
        // The monitor publishes within `apply`, and the workers get both at once.
        let previous = deployment
        deployment = next
        do {
            try monitor?.apply(next.configuration)
        } catch {
            deployment = previous
            throw error
        }
        administration?.configurationChanged()
        nodeManager?.apply(next.configuration)
        interfaces?.apply(next, services: monitor)
        for listener in next.listeners { listener.applyLimits() }
    }

    private func warn(of deployment: Deployment) {
        for sentence in deployment.virtualHosts?.sharedNames ?? [] { observe(.nameShared(sentence)) }
    }

    private static func openListeners(
        _ configuration: GatewayConfiguration, keeping known: [ListenerSettings], workers: Int
    ) throws(GatewayError) -> [ListenerSettings] {
        var result: [ListenerSettings] = []
        for listener in configuration.listeners {
            if let old = known.first(where: { $0.sockets.address == listener.address }) {
                result.append(ListenerSettings(listener, sockets: old.sockets, quota: old.quota))
                continue
            }
            do {
                let sockets = try ListeningSockets.open(listener, workers: workers)
                let quota = ConnectionQuota(
                    limit: listener.connections, limitPerSource: listener.connectionsPerSource)
                result.append(ListenerSettings(listener, sockets: sockets, quota: quota))
            } catch {
                throw .listener(error.description)
            }
        }
        return result
    }

    // MARK: Workers

    private static func workerCount(_ configuration: GatewayConfiguration) -> Int {
        configuration.workers ?? ProcessLimits.processorCount
    }

    private func startWorkers(_ snapshot: MonitoringSnapshot) {
        for index in 0..<Self.workerCount(deployment.configuration) {
            let start = WorkerStart(
                index: index, shared: shared, deployment: deployment, monitoring: snapshot,
                accessLog: accessLog,
                control: control)
            do { workers.append(try WorkerHandle(start)) } catch { return fail(.system(error)) }
            runningWorkers += 1
        }
    }

    /// Every second: expired entries leave the tables, ticket keys change when it is time.
    private func keepHouse(_ now: MonotonicTime) {
        shared.table.sweep(now: now)
        shared.sessions.sweep(now: now)
        if shared.ticketKeys.rotateIfDue() { observe(.ticketKeyRotated) }
        keepKeys()
        if let monitor { interfaces?.look(at: monitor) }
    }

    /// Keeps the keys for the gateway that comes after this one, the next key included before it seals.
    private func keepKeys() {
        guard let kept = shared.kept else { return }
        shared.ticketKeys.prepareNext(ahead: min(60, max(2, shared.ticketKeys.rotationSeconds / 2)))
        if let reason = kept.save(shared.ticketKeys) { observe(.keysNotKept(reason)) }
    }

    private func finish() {
        for worker in workers { worker.join() }
        nodeManager?.stop()
        administration?.stop()
        interfaces?.stop()
        monitor?.stop()
        for handler in handlers { loop.detach(handler) }
        for listener in deployment.listeners { listener.sockets.removeFile() }
        accessLog?.end()
        if let lost = accessLog?.tally.lostPieces, lost > 0 { observe(.accessLogLost(pieces: lost)) }
        observe(.ended)
    }
}
