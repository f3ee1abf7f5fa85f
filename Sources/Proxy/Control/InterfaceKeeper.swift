internal import Balancing
internal import Configuration
internal import Interfaces
internal import Monitoring
internal import Platform
internal import Runtime

/// Keeps the gateway informed of its links, addresses and sides, and the interface monitor of what is heard of services.
final class InterfaceKeeper {
    private let observe: Gateway.Observer
    private let sidesHaveChanged: () -> Void
    private var monitor: InterfaceMonitor?
    /// The interfaces that a side depended on before the present snapshot: what has gone was one of them.
    private var earlierInterfaces: Set<String> = []
    /// The statuses that were looked at last, while all hosts were heard.
    private var lookedAt: UInt64?

    /// Begins to watch. `sidesHaveChanged` is called after `trouble` has become another.
    init(
        _ deployment: Deployment, loop: EventLoop, observe: @escaping Gateway.Observer,
        sidesHaveChanged: @escaping () -> Void
    ) {
        self.observe = observe
        self.sidesHaveChanged = sidesHaveChanged
        monitor = InterfaceMonitor(
            Self.settings(of: deployment), loop: loop, report: { observe(.interfaceTrouble($0)) },
            publish: { [unowned self] snapshot, changes in tell(snapshot, changes) })
    }

    /// What is known of the interfaces and sides.
    var snapshot: InterfaceSnapshot? { monitor?.snapshot }

    /// What is wrong with the sides, in a sentence; nil if nothing is.
    var trouble: String? {
        let sentences = (snapshot?.sides ?? []).filter { $0.state == .lost || $0.state == .degraded }
        return sentences.isEmpty ? nil : sentences.map(\.description).joined(separator: ", ")
    }

    /// Another configuration is in force.
    func apply(_ deployment: Deployment, services: ServiceMonitor?) {
        monitor?.apply(Self.settings(of: deployment))
        lookedAt = nil
        if let services { look(at: services) }
    }

    /// Concludes from the statuses of instances, and from what probes of them came to, which hosts nothing is heard of. Cheap
    /// while all are well and nothing has changed.
    func look(at services: ServiceMonitor) {
        let snapshot = services.snapshot
        guard lookedAt != snapshot.number else { return }
        var evidence = SideEvidence()
        for (position, service) in snapshot.status.services.enumerated() {
            for (place, instance) in service.instances.enumerated() where instance.administrative == .ready {
                guard let host = snapshot.address(service: position, instance: place)?.ip else { continue }
                evidence.note(
                    host,
                    isSilent: instance.status == .notRunning
                        && services.lastProbe(of: instance.key)?.isSilence == true)
            }
        }
        // While one is not running, its probes may go on to tell more.
        let isCalm = !snapshot.status.services.contains { $0.instances.contains { $0.status != .running } }
        lookedAt = isCalm ? snapshot.number : nil
        monitor?.note(evidence, of: .service)
    }

    /// Watches no longer.
    func stop() {
        monitor?.stop()
        monitor = nil
    }

    private func tell(_ snapshot: InterfaceSnapshot, _ changes: [InterfaceChange]) {
        let interfaces = Set(snapshot.sides.flatMap(\.interfaces))
        var haveSidesChanged = false
        for change in changes {
            if case .side(let report) = change {
                haveSidesChanged = true
                observe(Self.event(of: report))
            } else if let name = change.interface {
                let matters = interfaces.contains(name) || earlierInterfaces.contains(name)
                observe(.interface(change.description, matters: matters))
            }
        }
        earlierInterfaces = interfaces
        if haveSidesChanged { sidesHaveChanged() }
    }

    private static func event(of report: SideReport) -> GatewayEvent {
        switch report.state {
        case .lost: .sideLost(report.description)
        case .degraded: .sideDegraded(report.description)
        case .up, .unwatched: .sideUp(report.description)
        }
    }

    private static func settings(of deployment: Deployment) -> InterfaceSettings {
        InterfaceSettings(
            deployment.configuration.interfaces,
            listeners: deployment.listeners.compactMap { $0.sockets.boundAddress?.ip })
    }
}

extension ProbeOutcome {
    /// Nothing was heard of the host, not even that nobody listens there.
    fileprivate var isSilence: Bool {
        switch self {
        case .failed(.connect(let error)): !error.isRefusal
        case .failed(.timedOut(.connect)): true
        case .succeeded, .failed, .notPerformed: false
        }
    }
}
