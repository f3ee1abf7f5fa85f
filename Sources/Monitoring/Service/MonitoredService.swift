internal import Affinity
internal import Balancing
internal import Configuration
internal import Platform

/// One service under the eyes of the service monitor: its instances, in the order of the configuration.
struct MonitoredService {
    let key: ServiceKey
    let configuration: ServiceConfiguration
    let instances: [MonitoredInstance]
    /// The state as it was last published.
    private(set) var state: ServiceState
    /// Whether something has changed since.
    var isStale = false

    init(
        _ configuration: ServiceConfiguration, key: ServiceKey, instances: [MonitoredInstance], node: String?,
        following previous: ServiceState?
    ) throws(BalancingError) {
        self.key = key
        self.configuration = configuration
        self.instances = instances
        state = try Self.state(configuration, key, instances, node, previous)
    }

    /// Where its instances are reached.
    var addresses: [SocketAddress?] { instances.map(\.address) }

    /// Whether an instance other than `instance` takes new lineages.
    func hasRunningPeer(of instance: MonitoredInstance) -> Bool {
        instances.contains { peer in
            peer !== instance && peer.machine.status == .running && peer.administrative == .ready
        }
    }

    /// Takes the present state of the instances over.
    mutating func refresh(node: String?) {
        isStale = false
        // The instances are those of the last state, which was accepted: a refusal cannot be news.
        guard let next = try? Self.state(configuration, key, instances, node, state) else { return }
        state = next
    }

    private static func state(
        _ configuration: ServiceConfiguration, _ key: ServiceKey, _ instances: [MonitoredInstance], _ node: String?,
        _ previous: ServiceState?
    ) throws(BalancingError) -> ServiceState {
        let states = instances.map { instance in
            InstanceState(
                key: instance.key, weight: instance.configuration.weight, status: instance.machine.status,
                administrative: instance.administrative, incarnation: instance.machine.incarnation,
                runningSince: instance.machine.runningSince,
                drainDeadline: instance.drainingSince.map { $0 + configuration.drain },
                isLocal: node.map { instance.configuration.id.hasSuffix("@" + $0) } ?? false)
        }
        return try ServiceState(
            key: key, instances: states, settings: BalancingSettings(configuration), following: previous)
    }
}
