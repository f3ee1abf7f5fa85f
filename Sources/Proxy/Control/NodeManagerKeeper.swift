internal import Configuration
internal import Monitoring
internal import Platform
internal import Runtime

/// Keeps the gateway in touch with the node manager where the configuration names local services, and starts one where
/// there is none.
final class NodeManagerKeeper {
    private let loop: EventLoop
    private let monitor: ServiceMonitor
    private let start: (() throws -> Void)?
    private let observe: Gateway.Observer
    /// The folder of the node manager, as it was at the start: with another one there would be two managers, each with all
    /// services.
    private let directory: String
    private var configuration: NodeManagerConfiguration?
    private var link: NodeManagerLink?

    init(
        _ configuration: GatewayConfiguration, loop: EventLoop, monitor: ServiceMonitor,
        start: (() throws -> Void)?, observe: @escaping Gateway.Observer
    ) {
        self.loop = loop
        self.monitor = monitor
        self.start = start
        self.observe = observe
        directory = configuration.nodeManager.directory
        apply(configuration)
    }

    /// Another configuration is in force, for the node manager too.
    func apply(_ configuration: GatewayConfiguration) {
        var wanted = configuration.supervisedServices.isEmpty ? nil : configuration.nodeManager
        wanted?.directory = directory
        if wanted == self.configuration {
            link?.reload()
            return
        }
        // Whose services are not wanted any more stops them by itself when it is told to look.
        link?.reload()
        link?.stop()
        link = nil
        self.configuration = wanted
        guard let wanted else { return }
        link = NodeManagerLink(
            path: wanted.socket, silence: wanted.silence, lost: wanted.lost, loop: loop
        ) { [unowned self] in hear($0) }
    }

    /// Looks no longer. The node manager and its services stay.
    func stop() {
        link?.stop()
        link = nil
    }

    private func hear(_ event: NodeManagerLink.Event) {
        switch event {
        case .report(let report): monitor.note(report)
        case .removed(let identity): monitor.forgetReport(of: identity)
        case .found(let isAnother): observe(.nodeManager(isAnother ? "another one is there" : "found"))
        case .silent:
            monitor.noteNodeManagerSilence(isLost: false)
            observe(.nodeManagerTrouble("nothing heard for a while"))
        case .lost:
            monitor.noteNodeManagerSilence(isLost: true)
            observe(.nodeManagerTrouble("nothing heard for too long"))
        case .refused(let reason): observe(.nodeManagerTrouble(reason))
        case .absent: startOne()
        }
    }

    private func startOne() {
        guard let configuration, configuration.start, let start else { return }
        do {
            try start()
            observe(.nodeManager("started"))
        } catch {
            observe(.nodeManagerTrouble("cannot be started: \(error)"))
        }
    }
}
