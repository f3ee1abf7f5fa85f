internal import Affinity
internal import Balancing
internal import Configuration
internal import Monitoring
internal import Platform
internal import Runtime

/// The tunnels of a worker: they outlive many statuses, so each new one is held against them.
extension Worker {
    func add(_ tunnel: Tunnel) {
        tunnels.add(tunnel)
        counters.tunnelsOpened &+= 1
    }

    func remove(_ tunnel: Tunnel) {
        tunnels.remove(tunnel)
    }

    /// Ends the tunnels whose instance serves nobody any longer, and sets a date for those whose instance drains: what comes
    /// in their place finds another owner.
    func reviewTunnels() {
        for tunnel in tunnels.members { tunnel.retire(at: retirement(of: tunnel)) }
    }

    /// When the time of a tunnel's instance is over; nil if it is not limited.
    func retirement(of tunnel: Tunnel) -> MonotonicTime? {
        let exchange = tunnel.destination
        let settings = exchange.deployment.services[exchange.service]
        guard settings.keys.indices.contains(exchange.placement.position) else { return nil }
        guard let service = monitoring.status.service(settings.key),
            let position = service.position(of: settings.keys[exchange.placement.position])
        else {
            // It has left the configuration: like one that drains from now on.
            let drain = exchange.deployment.configuration.services[exchange.service].drain
            return tunnel.retirement ?? loop.now + drain
        }
        let instance = service.instances[position]
        switch instance.administrative {
        case .ready: return nil
        case .draining: return instance.drainDeadline
        case .disabled: return loop.now
        }
    }
}
