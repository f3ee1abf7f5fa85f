internal import Balancing
internal import Configuration
internal import Platform

/// One service under the eyes of the service monitor: its instances, in the order of the configuration.
final class MonitoredService {
    let configuration: ServiceConfiguration
    let instances: [MonitoredInstance]
    /// The state as it was last published.
    private(set) var state: ServiceState
    /// Whether something has changed since.
    var isStale = false

    /// A service whose state is yet to be refreshed: `state` is an older one of it.
    init(_ configuration: ServiceConfiguration, instances: [MonitoredInstance], state: ServiceState) {
        self.configuration = configuration
        self.instances = instances
        self.state = state
    }

    /// Where its instances are reached.
    var addresses: [SocketAddress?] { instances.map(\.address) }

    /// Whether an instance other than `instance` takes new lineages.
    func hasRunningPeer(of instance: MonitoredInstance) -> Bool {
        instances.contains { peer in
            peer !== instance && peer.machine.status == .running && peer.wish.state == .ready
        }
    }

    /// Takes the present state of the instances over.
    func refresh(node: String?) {
        isStale = false
        let states = instances.map { instance in
            InstanceState(
                key: instance.key, weight: instance.configuration.weight, status: instance.machine.status,
                administrative: instance.wish.state, incarnation: instance.machine.incarnation,
                runningSince: instance.machine.runningSince,
                drainDeadline: instance.wish.drainDeadline(configuration.drain),
                isLocal: node.map { instance.configuration.id.hasSuffix("@" + $0) } ?? false)
        }
        // A draft of the same keys and weights has been accepted: there is no refusal to expect.
        let next = try? ServiceState(
            key: state.key, instances: states, settings: BalancingSettings(configuration), following: state)
        if let next { state = next }
    }
}
