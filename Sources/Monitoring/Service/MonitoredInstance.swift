internal import Affinity
internal import Balancing
internal import Configuration
internal import Platform
internal import Runtime
internal import StatusFrames
internal import TLS

/// One instance under the eyes of the service monitor: its status machine, its probes and its addresses.
final class MonitoredInstance {
    /// What an instance needs of the monitor that it belongs to.
    struct Surroundings {
        let loop: EventLoop
        let resolver: NameResolver
        let refresh: Duration
        let tls: ClientContext?
        /// The identities that the node manager of this appliance answers for.
        let supervised: Set<String>
        /// TLS as the services have it, by their names.
        let securities: [String: ServiceSecurity]
        /// Called with a sentence about an instance that cannot be heard, or somebody who speaks in its place.
        let warn: (String) -> Void
        /// Called after a change, with the transitions that it brought.
        let changed: (MonitoredInstance, ArraySlice<StatusTransition>) -> Void
    }

    let key: InstanceKey
    /// The service that it belongs to, by the name.
    let service: String
    private(set) var configuration: InstanceConfiguration
    private(set) var machine: StatusMachine
    /// What is wanted of it.
    private(set) var wish: AdministrativeWish
    /// Since when it is looked at.
    let begin: MonotonicTime
    /// What its last probe came to; nil before the first.
    private(set) var lastProbe: ProbeOutcome?
    /// Where it is reached; nil until its name has been resolved.
    private(set) var address: SocketAddress?

    private var surroundings: Surroundings
    private var listener: NotificationKeeper?
    /// What it says of itself (STATUS of sd_notify(3)), where it speaks.
    private(set) var word = ""
    /// All addresses of its name, and which of them the next probe asks at.
    private var candidates: [SocketAddress] = []
    private var candidate = 0
    private var watch: NameWatch?
    private var schedule: ProbeSchedule?

    /// An instance that nobody looks at yet: call `start`.
    init(
        _ configuration: InstanceConfiguration, of service: ServiceConfiguration, key: InstanceKey,
        following previous: MonitoredInstance?, _ surroundings: Surroundings
    ) {
        self.key = key
        self.service = service.name
        self.configuration = configuration
        self.surroundings = surroundings
        machine = StatusMachine(
            settings: StatusSettings(service), incarnation: previous.map { $0.machine.incarnation + 1 } ?? 1,
            isSupervised: surroundings.supervised.contains(configuration.id))
        if configuration.notification != nil { machine.hearItself() }
        begin = surroundings.loop.now
        wish = AdministrativeWish(of: configuration, since: begin)
        if let previous, previous.configuration.state == configuration.state { wish = previous.wish }
        if case .socket(let address) = configuration.address {
            self.address = address
            candidates = [address]
        }
    }

    /// Whether it is the instance that `configuration` speaks of: the same identity in the same service at the same address.
    func isSame(as configuration: InstanceConfiguration, in service: ServiceConfiguration) -> Bool {
        self.configuration.id == configuration.id && self.configuration.address == configuration.address
            && self.service == service.name
    }

    /// Begins to look, with a first probe after `delay`.
    func start(_ health: HealthConfiguration, after delay: Duration) {
        watchName()
        listen()
        schedule = ProbeSchedule(
            plan(health), every: health.interval, after: delay, of: self, loop: surroundings.loop)
    }

    /// Looks away for good.
    func stop() {
        watch?.stop()
        watch = nil
        stopHearing()
        schedule?.stop()
        schedule = nil
    }

    /// Goes on under a new configuration, at the same address. What an operator has said since stays, unless the
    /// configuration now says something else than before.
    func update(
        _ configuration: InstanceConfiguration, of service: ServiceConfiguration, _ surroundings: Surroundings
    ) {
        if configuration.state != self.configuration.state {
            let next = AdministrativeWish(of: configuration, since: surroundings.loop.now)
            // What an operator has wanted before the configuration did goes on as it is.
            if next.state != wish.state { wish = next }
        }
        self.configuration = configuration
        machine.settings = StatusSettings(service)
        if configuration.notification != nil {
            machine.hearItself()
        } else {
            machine.setSupervised(surroundings.supervised.contains(configuration.id))
        }
        let hasNewResolver =
            surroundings.resolver !== self.surroundings.resolver
            || surroundings.refresh != self.surroundings.refresh
        self.surroundings = surroundings
        if hasNewResolver { watchName() }
        if listener?.configuration != configuration.notification { listen() }
        schedule?.change(to: plan(service.health), every: service.health.interval)
    }

    /// The operator wants it so. Saying the same twice changes nothing, but for another end of draining.
    func set(_ state: AdministrativeState, drain: Duration?) {
        let now = surroundings.loop.now
        let isSame = state == wish.state
        guard !isSame || drain != nil else { return }
        wish = AdministrativeWish(
            state, since: isSame ? wish.since : now, deadline: drain.map { now + $0 }, origin: .operator)
    }

    /// The operator wanted it so before we were there.
    func restore(_ wish: AdministrativeWish) {
        self.wish = wish
    }

    /// Tells the status machine something, and the monitor what has become of it.
    func tell(_ event: (inout StatusMachine) -> Void) {
        let before = machine.changeCount
        event(&machine)
        let count = machine.changeCount - before
        if count > 0 { surroundings.changed(self, machine.history.suffix(count)) }
    }

    // MARK: Its own word

    /// Opens its notify socket, where it has one.
    private func listen() {
        stopHearing()
        word = ""
        guard let notification = configuration.notification else { return }
        let (identity, warn, loop) = (configuration.id, surroundings.warn, surroundings.loop)
        listener = NotificationKeeper(
            notification, loop: loop,
            open: { [unowned self] notification in
                try NotificationListener(
                    notification, loop: loop, heard: { [unowned self] in hear($0) },
                    silent: { [unowned self] in tell { $0.noteOwnSilence(at: loop.now) } },
                    refused: { warn("\(identity): \($0)") })
            },
            failed: { warn("\(identity): cannot be heard at \(notification.socket): \($0)") })
    }

    /// Closes its notify socket, for somebody else who may want to open it.
    func stopHearing() {
        listener?.stop()
        listener = nil
    }

    private func hear(_ said: ServiceWord) {
        if let status = said.status { word = status }
        tell { $0.note(said, at: surroundings.loop.now) }
    }

    // MARK: Addresses

    /// Where it was configured to be, and, if that is a name, where it is reached: for an operator.
    var place: String {
        guard case .name = configuration.address, let address else { return "\(configuration.address)" }
        return "\(configuration.address) (\(address))"
    }

    private func watchName() {
        watch?.stop()
        watch = nil
        guard case .name(let name, _) = configuration.address else { return }
        watch = NameWatch(
            name, refresh: surroundings.refresh, resolver: surroundings.resolver, loop: surroundings.loop
        ) { [weak self] in self?.namesChanged() }
    }

    private func namesChanged() {
        guard let watch, case .name(_, let port) = configuration.address else { return }
        candidates = watch.addresses.map { .ip($0, port: port) }
        candidate = 0
        if let address, let position = candidates.firstIndex(of: address) {
            candidate = position
            return
        }
        let isMove = address != nil
        address = candidates.first
        schedule?.restart()
        surroundings.changed(self, [])
        if isMove { tell { $0.addressChanged(at: surroundings.loop.now) } }
    }

    private func plan(_ health: HealthConfiguration) -> ProbePlan {
        ProbePlan(
            health, address: configuration.address, security: surroundings.securities[service],
            tls: surroundings.tls)
    }
}

extension MonitoredInstance: ProbeSchedule.Owner {
    var probeTarget: SocketAddress? {
        candidates.indices.contains(candidate) ? candidates[candidate] : nil
    }

    var isProbedOften: Bool { machine.isRising }

    func probeEnded(_ outcome: ProbeOutcome?) {
        let now = surroundings.loop.now
        if let outcome { lastProbe = outcome }
        switch outcome {
        case .succeeded:
            if let target = probeTarget, target != address {
                address = target
                surroundings.changed(self, [])
            }
            tell { $0.probeSucceeded(at: now) }
        case .failed(let failure):
            // Of a name with several addresses one may do when another does not.
            if failure.isConnectFailure, !candidates.isEmpty {
                candidate = (candidate + 1) % candidates.count
            }
            tell { $0.probeFailed(failure, at: now) }
        case .notPerformed:
            break
        case nil:
            // As long as the first look-up is under way nothing is known, neither good nor bad.
            if watch?.failure != nil { tell { $0.nameUnresolved(at: now) } }
        }
    }
}
