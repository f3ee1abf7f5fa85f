import Affinity
import Balancing
import Configuration
import Platform
import Runtime
import Testing

@testable import Monitoring

/// A service monitor on a loop of its own, with all that it has published and observed.
final class MonitorFixture {
    let test: TestLoop
    private(set) var published: [MonitoringSnapshot] = []
    private(set) var observed: [(instance: String, transition: StatusTransition)] = []
    /// How many snapshots had been published when each transition was observed.
    private(set) var publishedBefore: [Int] = []
    private var monitor: ServiceMonitor?

    init() throws {
        test = try TestLoop()
    }

    /// A configuration of one service, `portal`, with these instances, probed fast.
    func configuration(
        _ instances: [(id: String, address: String)],
        _ change: (inout ServiceConfiguration) -> Void = { _ in }
    ) throws -> GatewayConfiguration {
        var service = ServiceConfiguration(name: "portal")
        service.health.interval = .milliseconds(20)
        service.health.timeout = .seconds(2)
        for (id, text) in instances {
            let address: EndpointAddress
            if let socket = SocketAddress(text) {
                address = .socket(socket)
            } else {
                let parts = text.split(separator: ":")
                address = .name(String(parts[0]), port: try #require(UInt16(parts[1])))
            }
            service.instances.append(InstanceConfiguration(id: id, address: address))
        }
        change(&service)
        var configuration = GatewayConfiguration()
        configuration.services = [service]
        return configuration
    }

    func start(_ configuration: GatewayConfiguration) throws -> ServiceMonitor {
        let monitor = try ServiceMonitor(
            configuration, loop: test.loop,
            observe: { [weak self] instance, transition in
                guard let self else { return }
                observed.append((instance, transition))
                publishedBefore.append(published.count)
            },
            publish: { [weak self] snapshot in self?.published.append(snapshot) })
        self.monitor = monitor
        return monitor
    }

    /// The newest state of an instance.
    func state(_ id: String) -> InstanceState? {
        let key = InstanceKey(identity: id)
        return monitor?.snapshot.status.services.flatMap(\.instances).first { $0.key == key }
    }

    /// Where it is reached, in the newest snapshot.
    func address(_ id: String) -> SocketAddress? {
        guard let snapshot = monitor?.snapshot else { return nil }
        for (service, state) in snapshot.status.services.enumerated() {
            if let position = state.position(of: InstanceKey(identity: id)) {
                return snapshot.address(service: service, instance: position)
            }
        }
        return nil
    }

    func run(until condition: () -> Bool) throws -> Bool {
        try test.run(until: condition)
    }

    func run(until id: String, is status: WorkingStatus) throws -> Bool {
        try test.run { state(id)?.status == status }
    }
}
