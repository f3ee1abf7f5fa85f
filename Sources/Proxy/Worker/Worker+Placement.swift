internal import Affinity
internal import Balancing
internal import Monitoring
internal import Platform
internal import Runtime

/// Where requests go: the policies of module Balancing, with what this worker knows. Positions are those of the present
/// deployment and of the statuses that came with it.
extension Worker {
    private var moment: Moment { Moment(monotonic: loop.now, wall: wallTime) }

    /// Places a request.
    func place(_ association: inout Association, service: Int, heldSince: MonotonicTime?) -> Placing {
        guard let state = state(service) else { return .unavailable }
        let pools = pools[service]
        return placer.place(
            &association, in: state, with: &balancers[service], heldSince: heldSince, at: moment,
            requests: { pools[$0].inUse })
    }

    /// Places a request again that could not reach its instance. `doubtEnd`: until when it waits for an owner that is
    /// called running nevertheless.
    func placeAgain(
        _ association: inout Association, service: Int, tried: InstanceSet,
        heldSince: MonotonicTime?, doubtEnd: MonotonicTime?
    ) -> Placing {
        guard let state = state(service) else { return .unavailable }
        let pools = pools[service]
        return placer.placeAgain(
            &association, tried: tried, in: state, with: balancers[service],
            heldSince: heldSince, doubtEnd: doubtEnd, at: moment, requests: { pools[$0].inUse })
    }

    /// Whether an instance of the service takes new lineages.
    func hasEligible(service: Int) -> Bool {
        state(service)?.hasEligible ?? false
    }

    /// Whether an instance is called running, and has been since before `moment`.
    func hasRun(service: Int, position: Int, since moment: MonotonicTime) -> Bool {
        guard let state = state(service), state.instances.indices.contains(position) else { return false }
        let instance = state.instances[position]
        return instance.status == .running && instance.runningSince.map { $0 < moment } ?? true
    }

    /// Places a request that nothing ties to an owner.
    func placeUnpinned(service: Int, tried: InstanceSet, heldSince: MonotonicTime?) -> Placing {
        guard let state = state(service) else { return .unavailable }
        let pools = pools[service]
        return placer.placeUnpinned(
            mintLineage(), except: tried, in: state, with: &balancers[service], heldSince: heldSince,
            at: moment,
            requests: { pools[$0].inUse })
    }

    /// Reserves the owner of a connection at its handshake. The service is named by its key: the connection's virtual
    /// host may be of an earlier deployment.
    func reserve(_ association: inout Association, service key: ServiceKey) {
        guard let service = deployment.position(of: key), let state = state(service) else { return }
        let pools = pools[service]
        placer.reserve(
            &association, in: state, with: &balancers[service], at: moment, requests: { pools[$0].inUse })
    }

    /// Brings in association data that counts more than a lineage that a connection has minted.
    func adopt(_ other: Association, over association: inout Association, isCarried: Bool) {
        placer.adopt(other, over: &association, isCarried: isCarried, at: moment)
    }

    private func state(_ service: Int) -> ServiceState? {
        let services = monitoring.status.services
        return service < services.count && service < pools.count ? services[service] : nil
    }
}
