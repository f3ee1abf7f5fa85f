public import Affinity
public import Platform

/// Brings the association of a request, the statuses and the policy together: finds the pin, decides, and
/// enters what was decided in the association table, so that all workers agree.
public struct Placer: Sendable {
    /// The pins of all workers.
    public let table: AssociationTable

    /// How often a placement is made anew because another worker has just made it differently.
    private static let maximumRounds = 4

    /// A placer over a table.
    public init(_ table: AssociationTable) {
        self.table = table
    }

    /// Places a request.
    ///
    /// - Parameters:
    ///   - association: what the request is tied to; takes the pin in.
    ///   - service: the present state of the service.
    ///   - balancer: the worker's balancer for the service.
    ///   - heldSince: since when the request has been held; nil if it has not.
    ///   - moment: the present moment.
    ///   - requests: for a position, the requests under way there.
    /// - Returns: where it goes.
    public func place(
        _ association: inout Association, in service: ServiceState, with balancer: inout Balancer,
        heldSince: MonotonicTime? = nil, at moment: Moment, requests: (Int) -> Int
    ) -> Placing {
        for _ in 0..<Self.maximumRounds {
            let found = find(association, at: service.key, now: moment.monotonic)
            let decision = Placement.decide(
                pin: found?.pin, absence: association.absence, service: service, heldSince: heldSince,
                now: moment.monotonic)
            switch decision {
            case .hold(let position, let until):
                return .hold(position, until: until)
            case .unavailable:
                return .unavailable
            case .send(let position):
                if let placed = use(found, at: position, &association, now: moment.monotonic) {
                    return .send(placed)
                }
            case .choose(let reason):
                let choice = balancer.choose(
                    for: association.root, in: service, at: moment.monotonic,
                    load: { load(at: $0, in: service, requests) })
                guard let choice else { return .unavailable }
                if let placed = enter(choice, service, reason, over: found?.pin, &association, at: moment) {
                    return .send(placed)
                }
            }
        }
        return .unavailable
    }

    /// Places a request again whose instance could not be reached, or has not answered. The statuses decide as
    /// they do the first time: it waits for an owner that is starting. Otherwise its pin moves, with reason
    /// `owner-down` if its owner is called running: to the next instance in the order of fallback, or to where
    /// another worker has moved it meanwhile.
    ///
    /// - Parameters:
    ///   - association: what the request is tied to; takes the pin in.
    ///   - tried: all positions that were tried. To be emptied when the layout of the
    ///     service changes.
    ///   - service: the present state of the service.
    ///   - balancer: the worker's balancer for the service.
    ///   - heldSince: since when the request has been held; nil if it has not.
    ///   - doubtEnd: until when it waits for an owner that is called running although it was tried in vain;
    ///     nil: not at all.
    ///   - moment: the present moment.
    ///   - requests: for a position, the requests under way there.
    /// - Returns: where it goes; `unavailable` if every eligible instance was tried.
    public func placeAgain(
        _ association: inout Association, tried: InstanceSet, in service: ServiceState,
        with balancer: borrowing Balancer, heldSince: MonotonicTime? = nil, doubtEnd: MonotonicTime? = nil,
        at moment: Moment, requests: (Int) -> Int
    ) -> Placing {
        for _ in 0..<Self.maximumRounds {
            let found = find(association, at: service.key, now: moment.monotonic)
            let decision = Placement.decide(
                pin: found?.pin, absence: association.absence, service: service, heldSince: heldSince,
                now: moment.monotonic)
            var reason = Reason.ownerDown
            switch decision {
            case .hold(let position, let until):
                return .hold(position, until: until)
            case .unavailable:
                return .unavailable
            case .send(let position) where !tried.contains(position):
                if let placed = use(found, at: position, &association, now: moment.monotonic) {
                    return .send(placed)
                }
                continue
            case .send(let position):
                if let doubtEnd { return .hold(position, until: doubtEnd) }
            case .choose(let cause):
                if found != nil { reason = cause }
            }
            let choice = balancer.fallback(
                for: association.root, in: service, except: tried, at: moment.monotonic,
                load: { load(at: $0, in: service, requests) })
            guard let choice else { return .unavailable }
            if let placed = enter(choice, service, reason, over: found?.pin, &association, at: moment) {
                return .send(placed)
            }
        }
        return .unavailable
    }

    /// Reserves the owner of a connection at its handshake, for the service that its virtual host leads to.
    /// The first request then gets the reason of the placement that was made here. Nothing is reserved if
    /// the request will have to wait.
    ///
    /// - Returns: whether the owner is known now.
    @discardableResult
    public func reserve(
        _ association: inout Association, in service: ServiceState, with balancer: inout Balancer,
        at moment: Moment, requests: (Int) -> Int
    ) -> Bool {
        let placing = place(&association, in: service, with: &balancer, at: moment, requests: requests)
        guard case .send(let placed) = placing else { return false }
        if placed.reason != .pinned { association.announceLater(placed.pin, placed.reason) }
        return true
    }
}
