public import Affinity
public import Platform

extension Placer {
    /// Places a request that nothing ties to an owner: by policy alone. Nothing is entered in the table.
    ///
    /// - Parameters:
    ///   - lineage: a random lineage, for policies that go by it.
    ///   - tried: positions that were tried in vain.
    ///   - service: the present state of the service.
    ///   - balancer: the worker's balancer for the service.
    ///   - heldSince: since when the request has been held; nil if it has not.
    ///   - moment: the present moment.
    ///   - requests: for a position, the requests under way there.
    /// - Returns: where it goes; the pin of the answer is in no table.
    public func placeUnpinned(
        _ lineage: Lineage, except tried: InstanceSet, in service: ServiceState,
        with balancer: inout Balancer,
        heldSince: MonotonicTime?, at moment: Moment, requests: (Int) -> Int
    ) -> Placing {
        let decision = Placement.decide(
            pin: nil, absence: .noAssociation, service: service, heldSince: heldSince, now: moment.monotonic)
        switch decision {
        case .hold(let position, let until):
            return .hold(position, until: until)
        case .send, .unavailable:
            return .unavailable
        case .choose(let reason):
            let choice = balancer.choose(
                for: lineage, in: service, except: tried, at: moment.monotonic,
                load: { load(at: $0, in: service, requests) })
            guard let choice else { return .unavailable }
            let pin = Pin(
                service: service.key, owner: service.instances[choice].key, origin: moment.wall,
                reason: reason)
            return .send(Placed(position: choice, pin: pin, reason: reason))
        }
    }
}
