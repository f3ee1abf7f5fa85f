public import Affinity
public import Platform

/// The table of pins and statuses: pure decisions, made before any policy is asked.
///
/// | owner       | ready                         | draining                                | disabled         |
/// |-------------|-------------------------------|-----------------------------------------|------------------|
/// | running     | to the owner                  | to the owner until the drain deadline,  | `owner-disabled` |
/// |             |                               | then `owner-drained`                    |                  |
/// | starting    | hold until the hold timeout,  | as with `ready`, at most until the      | `owner-disabled` |
/// |             | then `owner-start-timeout`    | drain deadline                          |                  |
/// | notRunning  | `owner-down`                  | `owner-down`                            | `owner-disabled` |
///
/// An owner that the service does not have any more is `rebalanced`. A weight of zero keeps pins. Where an
/// instance has to be chosen and none is eligible, the request waits if one is starting, for the hold
/// timeout, and is refused otherwise.
public enum Placement {
    /// Decides what becomes of a request.
    ///
    /// - Parameters:
    ///   - pin: the pin of its lineage at the service, if there is one.
    ///   - absence: the reason of a placement without a pin.
    ///   - service: the service.
    ///   - heldSince: since when the request has been held; nil if it has not.
    ///   - now: the present moment.
    /// - Returns: what becomes of it.
    public static func decide(
        pin: Pin?, absence: Reason, service: ServiceState, heldSince: MonotonicTime?, now: MonotonicTime
    ) -> Decision {
        let holdEnd = (heldSince ?? now) + service.settings.holdTimeout
        guard let pin else { return choice(absence, service, until: holdEnd, now: now) }
        guard let position = service.position(of: pin.owner) else {
            return choice(.rebalanced, service, until: holdEnd, now: now)
        }
        let owner = service.instances[position]
        if owner.administrative == .disabled {
            return choice(.ownerDisabled, service, until: holdEnd, now: now)
        }
        if owner.status == .notRunning {
            return choice(.ownerDown, service, until: holdEnd, now: now)
        }
        let drainEnd = owner.administrative == .draining ? owner.drainDeadline : nil
        if let drainEnd, now >= drainEnd {
            return choice(.ownerDrained, service, until: holdEnd, now: now)
        }
        guard owner.status == .starting else { return .send(position) }
        guard now >= holdEnd else { return .hold(position, until: min(holdEnd, drainEnd ?? holdEnd)) }
        return choice(.ownerStartTimeout, service, until: holdEnd, now: now)
    }

    private static func choice(
        _ reason: Reason, _ service: ServiceState, until holdEnd: MonotonicTime, now: MonotonicTime
    ) -> Decision {
        if service.hasEligible { return .choose(reason) }
        guard service.isPromising, now < holdEnd else { return .unavailable }
        return .hold(nil, until: holdEnd)
    }
}
