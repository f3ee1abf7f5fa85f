public import Configuration
internal import Framing
public import Platform
internal import Runtime
internal import StatusFrames

/// Starts, supervises and stops the local services of an appliance, in a process of its own.
///
/// It outlives the gateway, and its services outlive it: what it knows of them stands in a file, from which the next one
/// takes them over. It is one thread with one loop.
public final class NodeManager {
    /// Where the configuration comes from; called again on each reload.
    public typealias Source = () throws -> GatewayConfiguration
    /// Hears what an operator should know.
    public typealias Observer = (NodeEvent) -> Void

    /// Services that run as other users find their way to the notify socket; nothing else in the folder is for them.
    private static let folderPermissions: UInt32 = 0o711

    private let loop: EventLoop
    private let directory: String
    private let source: Source
    private let observe: Observer
    private let lock: FileLock
    private let number: UInt64
    private let children: ChildSignals
    private let boot = NodeState.presentBoot
    private let notifier = ServiceNotifier()
    private var configuration: GatewayConfiguration
    private var services: [String: PlatformService] = [:]
    /// The identities in the order of the configuration: each behind those that it needs.
    private var order: [String] = []
    private var mains: [Int32: PlatformService] = [:]
    private var ear: ServiceEar?
    private var orphans: OrphanSweep
    private var listener: FrameListener<Frame>?
    private var turnEnd: TurnEnd?
    private var handlers: [EventHandler] = []
    /// What the state file says.
    private var state: NodeState?
    private var isStopping = false
    /// Those who have left the configuration, and are about to end.
    private var leaving: Set<String> = []
    private var strangersTold = 0
    private var strangersSince = MonotonicTime.now
    private var told: [String: ServiceReport] = [:]
    /// Those of whose reports only the words have changed.
    private var restated: Set<String> = []

    /// Takes the folder of `configuration` for itself; no service is touched before `run`.
    public init(
        _ configuration: GatewayConfiguration, source: @escaping Source, observe: @escaping Observer
    ) throws(NodeError) {
        guard !configuration.supervisedServices.isEmpty else { throw .nothingToDo }
        let wanted = configuration.nodeManager.directory
        do {
            try PrivateFile.makeFolder(wanted, permissions: Self.folderPermissions)
            directory = try ProcessTable.absolutePath(wanted)
        } catch {
            throw .directory(wanted, error)
        }
        do {
            lock = try FileLock(path: directory + "/node.lock")
        } catch {
            throw error.isLocked ? .runsAlready(directory: wanted) : .directory(wanted, error)
        }
        do {
            loop = try EventLoop()
            children = try ChildSignals()
        } catch {
            throw .system(error)
        }
        orphans = OrphanSweep(directory: directory)
        self.configuration = configuration
        self.source = source
        self.observe = observe
        number = MonotonicTime.now.nanoseconds ^ UInt64(ProcessTable.ourIdentifier) << 40
        do {
            ear = try ServiceEar(path: directory + "/notify.sock", loop: loop) { [unowned self] in hear($0) }
        } catch {
            throw .system(error)
        }
    }

    /// Runs until it is told to stop and all services have ended: TERM or INT, or a word over its socket. HUP reloads.
    public func run(_ signals: consuming SignalSource) throws(NodeError) {
        let signals = SignalBox(signals)
        do {
            handlers.append(
                try ReadableHandler(children.number, loop: loop) { [unowned self] in reapChildren() })
            try ear?.listen()
            handlers.append(
                try ReadableHandler(signals.number, loop: loop) { [unowned self] in
                    while let signal = signals.next() { receive(signal) }
                    return .none
                })
            listener = try FrameListener(
                path: directory + "/node.sock", loop: loop,
                refused: { [unowned self] in observe(.refusedListener($0)) },
                joined: { [unowned self] in welcome($0) }, received: { [unowned self] in receive($1) })
        } catch {
            throw .system(error)
        }
        turnEnd = TurnEnd(
            of: loop, every: NodeLimits.heartbeat, atEnd: { [unowned self] in endTurn() },
            periodically: { [unowned self] in
                ear?.beat()
                sweepOrphans()
                listener?.send(.heartbeat)
            })
        if let interval = notifier.watchdogInterval {
            handlers.append(IntervalTimer(every: interval, on: loop) { [unowned self] in notifier.alive() })
        }
        begin()
        announceReadiness()
        do { try loop.run() } catch { throw .system(error) }
        finish()
    }

    // MARK: Services

    /// Takes over what an earlier node manager has left, and starts the rest.
    private func begin() {
        let state = NodeState(path: directory + "/node.state", boot: boot)
        let records = Dictionary(state.records.map { ($0.identity, $0) }, uniquingKeysWith: { $1 })
        take(configuration, incarnations: records.mapValues(\.incarnation))
        var adopted: Set<String> = []
        for record in state.records where record.process > 0 {
            if let service = services[record.identity], service.adopt(record) {
                adopted.insert(record.identity)
            }
        }
        killStrays(adopted)
        observe(.started(services: order.count, adopted: adopted.count))
        settle()
        for identity in order { services[identity]?.tell { $0.want(at: $1) } }
        settle()
    }

    /// Ends what bears our mark but was not taken over: a process that began as the manager before us ended, or one whose
    /// service is not in the configuration any more.
    private func killStrays(_ adopted: Set<String>) {
        for (process, mark) in ProcessTable.processes(withVariable: ServiceRecord.variable) {
            guard mark.hasPrefix("\(directory):") else { continue }
            let identity = String(mark.dropFirst(directory.count + 1))
            if adopted.contains(identity) { continue }
            ProcessDescriptor.signal(9, to: process, bearing: ServiceRecord.variable, mark)
        }
    }

    private func take(_ configuration: GatewayConfiguration, incarnations: [String: UInt64] = [:]) {
        self.configuration = configuration
        let surroundings = ServiceSurroundings(
            loop: loop, directory: directory, notifySocket: ear?.path ?? "",
            logBytes: configuration.nodeManager.logBytes, logFiles: configuration.nodeManager.logFiles,
            isMain: { [unowned self] in mains[$0] != nil },
            listenOnce: { [unowned self] in ear?.listenOnce() ?? .good },
            changed: { [unowned self] in noteChange(of: $0) }, observe: observe)
        let wanted = configuration.supervisedServices
        ear?.users = Self.users(of: wanted)
        let kept = Set(wanted.map(\.id))
        for (identity, service) in services where !kept.contains(identity) {
            leaving.insert(identity)
            service.tell { $0.unwant(at: $1) }
        }
        order = wanted.map(\.id)
        for service in wanted {
            let address = self.address(of: service.id)
            leaving.remove(service.id)
            if let known = services[service.id] {
                known.update(service, address: address)
            } else {
                // Of one that is not in the state file nobody knows how often it was started: a later time is later.
                let incarnation = incarnations[service.id] ?? MonotonicTime.now.nanoseconds / 1_000_000
                services[service.id] = PlatformService(
                    service, address: address, incarnation: incarnation, surroundings)
            }
        }
    }

    /// The users that services run as. One that has none yet is a stranger until the next reload.
    private static func users(of services: [LocalServiceConfiguration]) -> Set<UInt32> {
        services.reduce(into: [0, ProcessTable.ourUser]) { users, service in
            guard let name = service.user else { return }
            if let identity = try? ProcessIdentity(user: name, group: nil) { users.insert(identity.user) }
        }
    }

    private func address(of identity: String) -> SocketAddress? {
        guard case .socket(let address) = configuration.instance(identity)?.address else { return nil }
        return address
    }

    private func noteChange(of service: PlatformService) {
        let report = service.machine.report
        if report.reason == .cannotStart(ProcessStartError.notInTime) { sayThatWeLive() }
        if service.process > 0 { mains[service.process] = service }
        var last = told[service.identity]
        last?.text = report.text
        if last == report {
            // A service may speak of itself as often as it likes; once a turn is enough.
            restated.insert(service.identity)
        } else {
            let isNews = last?.phase != report.phase || last?.reason != report.reason
            tell(of: service)
            if isNews {
                observe(
                    .service(
                        identity: service.identity, phase: "\(report.phase)", reason: "\(report.reason)",
                        process: report.process))
            }
        }
        turnEnd?.request()
    }

    /// Others who cannot be reached may be about to be started in the same turn, and each takes its time.
    private func sayThatWeLive() {
        listener?.send(.heartbeat)
        if notifier.watchdogInterval != nil { notifier.alive() }
    }

    private func tell(of service: PlatformService) {
        let report = service.machine.report
        restated.remove(service.identity)
        guard told[service.identity] != report else { return }
        told[service.identity] = report
        listener?.send(.status(report))
    }

    /// Starts what has what it needs, stops what nobody needs any more, and lets go of those who have left.
    private func settle() {
        for identity in order {
            guard let service = services[identity] else { continue }
            let areReady = service.configuration.after.allSatisfy { services[$0]?.machine.state == .ready }
            service.tell { $0.needsAreReady(areReady, at: $1) }
        }
        for identity in leaving where services[identity]?.machine.isOff ?? true {
            services.removeValue(forKey: identity)?.forget()
            leaving.remove(identity)
            told[identity] = nil
            restated.remove(identity)
            listener?.send(.removed(identity))
        }
        if isStopping { stopNext() }
    }

    /// Stops all that nobody who still runs needs.
    private func stopNext() {
        let running = services.values.filter { !$0.machine.isOff }
        let needed = Set(running.flatMap(\.configuration.after))
        for service in running where !needed.contains(service.identity) {
            service.tell { $0.unwant(at: $1) }
        }
        if services.values.allSatisfy(\.machine.isOff) { loop.stop() }
    }

    private func sweepOrphans() {
        orphans.sweep(at: .now) { services[$0]?.process ?? 0 > 0 }
    }

    private func endTurn() {
        settle()
        sweepOrphans()
        mains = mains.filter { $0.key == $0.value.process }
        for identity in restated { services[identity].map(tell(of:)) }
        restated = []
        let state = NodeState(order.compactMap { services[$0] })
        guard state != self.state else { return }
        self.state = state
        let text = Array(state.text(boot: boot).utf8)
        do {
            // What it says holds for this start of the machine only: no need to wait for the disk.
            try PrivateFile.replace(directory + "/node.state", with: text.span, isDurable: false)
        } catch {
            observe(.stateNotKept("\(error)"))
        }
    }

    // MARK: What comes in

    private func reapChildren() -> ReadableHandler.Rest {
        children.silence()
        for _ in 0..<NodeLimits.childrenPerTurn {
            guard let (identifier, ending) = children.next() else { return .none }
            if let service = mains[identifier], service.process == identifier {
                service.childEnded(ending)
            } else if let service = services.values.first(where: { $0.process == identifier }) {
                service.childEnded(ending)
            } else {
                orphans.noteEnd(of: identifier)
                turnEnd?.request()
            }
            children.forget(identifier)
        }
        return .more
    }

    /// So many strangers a minute are told of that an operator notices, and no more: anybody may send.
    private func tell(ofStranger process: Int32, user: UInt32) {
        if loop.now - strangersSince >= .seconds(60) {
            strangersSince = loop.now
            strangersTold = 0
        }
        strangersTold += 1
        guard strangersTold <= NodeLimits.strangersToldOf else { return }
        observe(.strangersWord(process: process, user: user))
    }

    private func hear(_ message: ServiceEar.Message) {
        if let service = sender(of: message) {
            service.heard(ServiceWord(message.text))
        } else {
            tell(ofStranger: message.process, user: message.user)
        }
    }

    /// The service that the sender of a message is a process of: its main one, or one of its group that bears its mark.
    private func sender(of message: ServiceEar.Message) -> PlatformService? {
        if let service = mains[message.process], service.process == message.process { return service }
        guard let group = ProcessTable.group(of: message.process), group > 1,
            let service = services.values.first(where: { $0.group == group }),
            service.isSpokenFor(by: message.process)
        else { return nil }
        return service
    }

    private func receive(_ signal: SignalSource.Signal) {
        switch signal {
        case .terminate, .interrupt: stop()
        case .hangUp: reload()
        case .user1: break
        }
    }

    private func receive(_ frame: Frame) {
        switch frame {
        case .reload: reload()
        case .stop: stop()
        case .hello, .status, .complete, .heartbeat, .removed, .goodbye: break
        }
    }

    /// Tells somebody who has just come all that there is to know.
    private func welcome(_ connection: FrameConnection<Frame>) {
        connection.send(.hello(number))
        for identity in order {
            if let service = services[identity] { connection.send(.status(service.machine.report)) }
        }
        connection.send(.complete)
    }

    private func announceReadiness() {
        notifier.ready(status: "supervises \(order.count) services")
    }

    private func reload() {
        guard !isStopping else { return }
        notifier.reloading()
        do {
            let next = try source()
            take(next)
            // One without a service would only hold the folder.
            guard !order.isEmpty else { return stop() }
            settle()
            for identity in order { services[identity]?.tell { $0.want(at: $1) } }
            observe(.reloaded)
        } catch {
            observe(.reloadRefused("\(error)"))
        }
        announceReadiness()
        turnEnd?.request()
    }

    private func stop() {
        guard !isStopping else { return }
        isStopping = true
        notifier.stopping()
        observe(.stopping)
        listener?.send(.goodbye)
        turnEnd?.request()
    }

    private func finish() {
        endTurn()
        for service in services.values { service.forget() }
        orphans.killAll(children, until: .now + NodeLimits.lastSweep)
        listener?.stop()
        ear?.stop()
        for handler in handlers { loop.detach(handler) }
        if let turnEnd { loop.detach(turnEnd) }
        observe(.ended)
    }
}
