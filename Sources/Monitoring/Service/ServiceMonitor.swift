public import Affinity
internal import Balancing
public import Configuration
public import Runtime
public import StatusFrames
internal import TLS

/// Collects the working statuses of all instances and publishes them as one immutable, numbered snapshot.
///
/// It lives on the control thread's loop and is confined to it: reports of other threads come through the caller's mailbox.
/// Changes of one batch of events are published together, at its end.
public final class ServiceMonitor {
    /// Hears of each status transition, with the identity of the instance: for the log.
    public typealias Observer = (_ instance: String, _ transition: StatusTransition) -> Void

    /// What was published last. The first one is there before anything is published: all that it lists is `starting`.
    public private(set) var snapshot: MonitoringSnapshot

    private let loop: EventLoop
    private let publish: (MonitoringSnapshot) -> Void
    private let observe: Observer
    private let warn: (String) -> Void
    private(set) var services: [MonitoredService] = []
    private(set) var positions: [InstanceKey: Int] = [:]
    private(set) var instances: [InstanceKey: MonitoredInstance] = [:]
    private var resolver: NameResolver?
    private var resolverSettings = ResolverSettings()
    private var tls: ClientContext?
    private var node: String?
    /// What the node manager has said last of each service.
    private var reports: [String: ServiceReport] = [:]
    private var batchEnd: BatchEnd?
    /// The positions of the services that have changed since the last snapshot.
    private var stale: [Int] = []
    /// Transitions of this batch, which the observer hears of once they are published: what the log says is then on its
    /// way to all workers, ahead of whoever acts on the log.
    private var untold: [(instance: String, transition: StatusTransition)] = []

    /// Begins to watch the instances of `configuration`.
    ///
    /// - Parameters:
    ///   - configuration: the services, and how names are resolved.
    ///   - loop: the control thread's loop, on which this is called.
    ///   - observe: called with each transition, after the snapshot that shows it.
    ///   - warn: called with a sentence about what stands against hearing an instance, and about strangers who speak for one.
    ///   - publish: called with each snapshot after the first, on the loop's thread.
    /// - Throws: what stands against the configuration; then nothing is watched.
    public init(
        _ configuration: GatewayConfiguration, loop: EventLoop, observe: @escaping Observer = { _, _ in },
        warn: @escaping (String) -> Void = { _ in },
        publish: @escaping (MonitoringSnapshot) -> Void
    ) throws(MonitoringError) {
        self.loop = loop
        self.publish = publish
        self.observe = observe
        self.warn = warn
        snapshot = MonitoringSnapshot(status: StatusSnapshot(number: 0, services: []), addresses: [])
        batchEnd = BatchEnd(of: loop) { [weak self] in self?.publishChanges() }
        do {
            try take(configuration)
        } catch {
            stop()
            throw error
        }
    }

    deinit {
        stop()
    }

    /// Goes on with another configuration, and publishes at once.
    ///
    /// An instance with the same identity in the same service and at the same address keeps its status, its history, what
    /// an operator has said of it, and the moment at which it began to drain. On an error the old configuration stays.
    ///
    /// - Throws: what stands against the configuration.
    public func apply(_ configuration: GatewayConfiguration) throws(MonitoringError) {
        guard batchEnd != nil else { return }
        try take(configuration)
        publish(snapshot)
        tellTransitions()
    }

    /// A worker reports what it has learned. Instances that have gone meanwhile are ignored.
    public func note(_ report: PassiveReport) {
        guard let instance = instances[report.instance], let position = positions[report.instance] else {
            return
        }
        let hasRunningPeer = services[position].hasRunningPeer(of: instance)
        instance.tell { $0.note(report, hasRunningPeer: hasRunningPeer, at: loop.now) }
    }

    /// A node manager tells something about the process of an instance.
    public func note(_ word: ProcessWord, of instance: InstanceKey) {
        instances[instance]?.tell { $0.note(word, at: loop.now) }
    }

    /// The node manager tells of a service. Those that are no instances here are its own affair.
    public func note(_ report: ServiceReport) {
        reports[report.identity] = report
        instances[InstanceKey(identity: report.identity)]?.tell { $0.note(report, at: loop.now) }
    }

    /// The node manager does not answer for a service any more.
    public func forgetReport(of identity: String) {
        reports[identity] = nil
    }

    /// Nothing has been heard of the node manager for a while, or, if `isLost`, for too long.
    public func noteNodeManagerSilence(isLost: Bool) {
        reports = [:]
        for instance in instances.values {
            instance.tell { machine in
                if isLost { machine.noteLoss(at: loop.now) } else { machine.noteSilence(at: loop.now) }
            }
        }
    }

    /// What the node manager has said last of an instance; nil if it says nothing.
    public func report(of identity: String) -> ServiceReport? {
        reports[identity]
    }

    /// Closes the sockets at which instances speak, so that the gateway that comes next can open them. Statuses stay, and probes
    /// go on.
    public func stopHearing() {
        for instance in instances.values { instance.stopHearing() }
    }

    /// Ends all probes and look-ups and lets go of the loop, for good. Nothing is published any more.
    public func stop() {
        for instance in instances.values { instance.stop() }
        instances = [:]
        positions = [:]
        services = []
        resolver?.stop()
        resolver = nil
        batchEnd?.stop()
        batchEnd = nil
    }

    // MARK: Configuration

    /// Replaces what is watched by what `configuration` says, or throws and leaves all as it is.
    private func take(_ configuration: GatewayConfiguration) throws(MonitoringError) {
        let drafts = try ServiceDraft.drafts(of: configuration)
        let surroundings = try surroundings(for: configuration)
        let known = instances
        let knownStates = services.map(\.state)
        node = configuration.node
        tls = surroundings.tls
        instances = [:]
        positions = [:]
        var new: [(instance: MonitoredInstance, health: HealthConfiguration)] = []
        services = drafts.enumerated().map { position, draft in
            let service = draft.configuration
            let members = zip(service.instances, draft.state.instances).map { configuration, state in
                let previous = known[state.key]
                let instance = Self.instance(configuration, of: service, state.key, previous, surroundings)
                if instance !== previous { new.append((instance, service.health)) }
                instances[state.key] = instance
                positions[state.key] = position
                return instance
            }
            let last = knownStates.first { $0.key == draft.state.key }
            return MonitoredService(service, instances: members, state: last ?? draft.state)
        }
        for (key, instance) in known where instances[key] !== instance { instance.stop() }
        for (order, (instance, health)) in new.enumerated() {
            let distance = min(health.interval / new.count, MonitoringLimits.probeStagger)
            instance.start(health, after: distance * order)
            if let report = reports[instance.configuration.id] {
                instance.tell { $0.note(report, at: loop.now) }
            }
        }
        if surroundings.resolver !== resolver { resolver?.stop() }
        resolver = surroundings.resolver
        resolverSettings = ResolverSettings(configuration.resolver)
        stale.removeAll()
        for service in services { service.refresh(node: node) }
        snapshot = MonitoringSnapshot(
            status: StatusSnapshot(number: snapshot.number + 1, services: services.map(\.state)),
            addresses: services.map(\.addresses))
    }

    /// The instance that was known before, under its new configuration, or a new one in its place.
    private static func instance(
        _ configuration: InstanceConfiguration, of service: ServiceConfiguration, _ key: InstanceKey,
        _ previous: MonitoredInstance?, _ surroundings: MonitoredInstance.Surroundings
    ) -> MonitoredInstance {
        if let previous, previous.isSame(as: configuration, in: service) {
            previous.update(configuration, of: service, surroundings)
            return previous
        }
        return MonitoredInstance(configuration, of: service, key: key, following: previous, surroundings)
    }

    private func surroundings(for configuration: GatewayConfiguration) throws(MonitoringError)
        -> MonitoredInstance.Surroundings
    {
        let settings = ResolverSettings(configuration.resolver)
        // The system's name servers may be others by now: a reload asks for them anew.
        let isKept = settings.isServed(like: resolverSettings) && !settings.servers.isEmpty
        let resolver =
            if let resolver, isKept {
                resolver
            } else {
                try NameResolver(loop: loop, settings: settings)
            }
        var tls = tls
        if tls == nil, configuration.services.contains(where: { $0.health.type == .tls }) {
            var client = ClientSettings()
            client.verifiesServer = false
            do {
                tls = try ClientContext(client)
            } catch {
                if resolver !== self.resolver { resolver.stop() }
                throw .probes(error)
            }
        }
        let securities: [String: ServiceSecurity]
        do {
            securities = try Self.securities(of: configuration)
        } catch {
            if resolver !== self.resolver { resolver.stop() }
            throw error
        }
        return MonitoredInstance.Surroundings(
            loop: loop, resolver: resolver, refresh: settings.refresh, tls: tls,
            supervised: Set(configuration.supervisedServices.map(\.id)),
            securities: securities, warn: warn
        ) { [weak self] instance, transitions in self?.noteTransitions(of: instance, transitions) }
    }

    private static func securities(
        of configuration: GatewayConfiguration
    ) throws(MonitoringError) -> [String: ServiceSecurity] {
        var securities: [String: ServiceSecurity] = [:]
        for service in configuration.services {
            guard let tls = service.tls else { continue }
            do {
                // Where one is needed, probes tell whether there is.
                let needsProtocol = service.speech == .http2
                securities[service.name] = try ServiceSecurity(
                    tls, protocols: needsProtocol ? [Array("h2".utf8)] : [], needsProtocol: needsProtocol)
            } catch {
                throw .security(service.name, error)
            }
        }
        return securities
    }

    // MARK: Publishing

    func noteChange(of instance: MonitoredInstance) {
        guard let position = positions[instance.key], instances[instance.key] === instance else { return }
        let service = services[position]
        if !service.isStale {
            service.isStale = true
            stale.append(position)
        }
        batchEnd?.request()
    }

    private func noteTransitions(of instance: MonitoredInstance, _ transitions: ArraySlice<StatusTransition>)
    {
        for transition in transitions { untold.append((instance.configuration.id, transition)) }
        noteChange(of: instance)
        batchEnd?.request()
    }

    private func tellTransitions() {
        for (instance, transition) in untold { observe(instance, transition) }
        untold.removeAll(keepingCapacity: true)
    }

    func publishChanges() {
        defer { tellTransitions() }
        guard !stale.isEmpty else { return }
        let changes = stale.map { (position: $0, service: services[$0]) }
        stale.removeAll(keepingCapacity: true)
        for (_, service) in changes { service.refresh(node: node) }
        snapshot = MonitoringSnapshot(following: snapshot, changed: changes)
        publish(snapshot)
    }
}
