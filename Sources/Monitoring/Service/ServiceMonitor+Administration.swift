public import Affinity
public import Balancing
internal import Configuration
internal import Platform
internal import StatusFrames

/// What an operator wants, and what an operator is told.
extension ServiceMonitor {
    /// The operator wants `instance` to be in that state. It is published at once: who is answered may rely on it.
    ///
    /// - Parameters:
    ///   - state: what is wanted.
    ///   - instance: of whom.
    ///   - drain: how long draining shall take from now on; nil: as long as the service's drain time says, counted from
    ///     when it began.
    /// - Returns: false if there is no such instance.
    @discardableResult
    public func set(_ state: AdministrativeState, of instance: InstanceKey, drain: Duration? = nil) -> Bool {
        guard let known = instances[instance] else { return false }
        known.set(state, drain: drain)
        noteChange(of: known)
        publishChanges()
        return true
    }

    /// Puts wishes of operators in force that an earlier gateway has kept, and publishes them at once. Those of instances
    /// that there are no more, or of which the configuration says something new, are passed over and returned.
    public func restore(_ wishes: [KeptWish]) -> [KeptWish] {
        let passedOver = wishes.filter { kept in
            guard let known = instances[InstanceKey(identity: kept.instance)],
                known.configuration.id == kept.instance,
                AdministrativeState(known.configuration.state) == kept.configured
            else { return true }
            known.restore(kept.wish)
            noteChange(of: known)
            return false
        }
        publishChanges()
        return passedOver
    }

    /// What operators want over what the configuration says, in the order of the configuration.
    public var keptWishes: [KeptWish] {
        services.flatMap(\.instances).compactMap { instance in
            let configured = AdministrativeState(instance.configuration.state)
            guard instance.wish.origin == .operator, instance.wish.state != .ready || configured != .ready
            else { return nil }
            return KeptWish(instance: instance.configuration.id, wish: instance.wish, configured: configured)
        }
    }

    /// The last transitions of an instance, oldest first.
    public func history(of instance: InstanceKey) -> [StatusTransition] {
        instances[instance]?.machine.history ?? []
    }

    /// What the last probe of an instance came to; nil before the first.
    public func lastProbe(of instance: InstanceKey) -> ProbeOutcome? {
        instances[instance]?.lastProbe
    }

    /// All that is known of an instance; nil if there is none of that identity.
    public func status(of identity: String) -> InstanceStatus? {
        guard let instance = instances[InstanceKey(identity: identity)], instance.configuration.id == identity
        else { return nil }
        return status(instance)
    }

    /// All that is known of at most `count` instances, in the order of the configuration, from position `start` on.
    public func statuses(from start: Int, count: Int) -> [InstanceStatus] {
        var position = 0
        var found: [InstanceStatus] = []
        for service in services {
            defer { position += service.instances.count }
            guard position + service.instances.count > start else { continue }
            for instance in service.instances.dropFirst(start - position) {
                guard found.count < count else { return found }
                found.append(status(instance))
            }
        }
        return found
    }

    /// The identities of all instances.
    public var identities: [String] { services.flatMap(\.instances).map(\.configuration.id) }

    private func status(_ instance: MonitoredInstance) -> InstanceStatus {
        let machine = instance.machine
        let report = report(of: instance.configuration.id)
        let drain = positions[instance.key].map { services[$0].configuration.drain }
        return InstanceStatus(
            service: instance.service, identity: instance.configuration.id, key: instance.key,
            address: instance.place, weight: instance.configuration.weight, status: machine.status,
            since: machine.history.last?.at ?? instance.begin, cause: machine.history.last?.cause,
            incarnation: machine.incarnation, wish: instance.wish,
            drainDeadline: drain.flatMap(instance.wish.drainDeadline), process: report?.process ?? 0,
            text: report?.text ?? instance.word)
    }
}
