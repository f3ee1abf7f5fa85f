internal import Affinity
internal import Platform

extension Association {
    /// The lineage under which parallel connections of a client agree about its pins.
    var root: Lineage { predecessor ?? lineage }
}

extension Placer {
    /// A pin, and whether the table has it under the association's own lineage.
    struct FoundPin {
        var pin: Pin
        var isKept: Bool
    }

    /// The pin that counts, of those that the table has and the one that was carried.
    func find(_ association: borrowing Association, at service: ServiceKey, now: MonotonicTime) -> FoundPin? {
        let kept = table.pin(of: association.lineage, at: service, now: now)
        var pin = Pin.merged(table: kept, ticket: association.pins.pin(for: service))
        if let predecessor = association.predecessor {
            pin = Pin.merged(table: table.pin(of: predecessor, at: service, now: now), ticket: pin)
        }
        return pin.map {
            FoundPin(pin: $0, isKept: $0.generation == kept?.generation && $0.owner == kept?.owner)
        }
    }

    /// The placement at the owner that a pin names. A pin that was only carried is entered in the table;
    /// nil if the table has got another one meanwhile.
    func use(
        _ found: FoundPin?, at position: Int, _ association: inout Association, now: MonotonicTime
    ) -> Placed? {
        guard let found else { return nil }
        var pin = found.pin
        if !found.isKept {
            pin = table.reserve(association.root, pin, now: now)
            settle(pin, association, now: now)
            guard pin.owner == found.pin.owner else { return nil }
        }
        association.take(pin)
        return Placed(position: position, pin: pin, reason: association.reasonOfUse(pin))
    }

    /// Enters the choice of the instance at a position, in the place of an old pin if there is one; nil if
    /// another worker was first to make or to move the pin, and has chosen otherwise.
    func enter(
        _ position: Int, _ service: ServiceState, _ reason: Reason, over old: Pin?,
        _ association: inout Association, at moment: Moment
    ) -> Placed? {
        let owner = service.instances[position].key
        let pin: Pin
        if let old {
            pin = table.move(association.root, from: old, to: owner, reason: reason, at: moment)
        } else {
            let proposed = Pin(service: service.key, owner: owner, origin: moment.wall, reason: reason)
            pin = table.reserve(association.root, proposed, now: moment.monotonic)
        }
        settle(pin, association, now: moment.monotonic)
        guard pin.owner == owner else { return nil }
        association.take(pin)
        return Placed(position: position, pin: pin, reason: reason)
    }

    /// What the policy of the service compares for an instance.
    func load(at position: Int, in service: ServiceState, _ requests: (Int) -> Int) -> Int {
        guard service.settings.policy == .leastSessions else { return requests(position) }
        return table.livePins(of: service.instances[position].key, at: service.key)
    }

    /// Enters a pin that was agreed under a predecessor under the present lineage too.
    private func settle(_ pin: Pin, _ association: borrowing Association, now: MonotonicTime) {
        guard association.predecessor != nil else { return }
        _ = table.reserve(association.lineage, pin, now: now)
    }
}
