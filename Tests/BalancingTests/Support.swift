import Affinity
import Balancing
import Platform
import TestSupport

let portal = ServiceKey(rawValue: 100)

/// The key of the instance at a position of a sample service.
func key(_ position: Int) -> InstanceKey { InstanceKey(rawValue: UInt64(position) + 1) }

/// An instance of a sample service; running and ready unless told otherwise.
func instance(
    _ position: Int, weight: Int = 1, _ status: WorkingStatus = .running,
    _ administrative: AdministrativeState = .ready, runningSince: UInt64? = nil, drainDeadline: UInt64? = nil,
    isLocal: Bool = false
) -> InstanceState {
    InstanceState(
        key: key(position), weight: weight, status: status, administrative: administrative,
        runningSince: runningSince.map { .seconds($0) }, drainDeadline: drainDeadline.map { .seconds($0) },
        isLocal: isLocal)
}

/// A sample service.
func service(
    _ instances: [InstanceState], _ policy: Policy = .leastRequests, slowStart: Duration = .zero,
    prefersLocal: Bool = false, following previous: ServiceState? = nil
) throws -> ServiceState {
    try ServiceState(
        key: portal, instances: instances,
        settings: BalancingSettings(
            policy: policy, slowStart: slowStart, holdTimeout: .seconds(10), prefersLocal: prefersLocal),
        following: previous)
}

/// A pin of the sample service that names the instance at a position.
func pin(_ position: Int, generation: UInt32 = 0) -> Pin {
    Pin(
        service: portal, owner: key(position), generation: generation, origin: WallTime(seconds: 1),
        reason: .new)
}
