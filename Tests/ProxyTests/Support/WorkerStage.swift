import Balancing
import Configuration
import Monitoring
import Platform
import Runtime
import Testing

@testable import Proxy

/// A worker that a test turns by hand, with one listener, and instances that the test speaks for itself. All on the
/// test's thread: nothing sleeps, nothing hangs.
final class WorkerStage {
    let worker: Worker
    let shared: SharedState
    /// Where the worker listens.
    let address: SocketAddress
    private let control: Mailbox<ControlMessage>
    private let listeners: [ListenerSettings]
    private let services: [ServiceSocket]
    private var monitor: ServiceMonitor?
    private let alarm = Alarm()

    /// A worker before `instances` instances of one service, at UNIX sockets if they `areLocal`. `service` and `rest` are
    /// further lines of the configuration.
    init(instances: Int = 1, areLocal: Bool = false, service: String = "", rest: String = "") throws {
        services = try (0..<instances).map { _ in try ServiceSocket(isLocal: areLocal) }
        let configuration = try Self.configuration(services, service: service, rest: rest)
        shared = try SharedState(configuration)
        control = try Mailbox<ControlMessage>()
        let listener = try #require(configuration.listeners.first)
        let sockets = try ListeningSockets.open(listener, workers: 1)
        let quota = ConnectionQuota(
            limit: listener.connections, limitPerSource: listener.connectionsPerSource)
        listeners = [ListenerSettings(listener, sockets: sockets, quota: quota)]
        address = try #require(sockets.boundAddress)
        let deployment = try Deployment(configuration, listeners: listeners, ticketKeys: shared.ticketKeys)
        let first = try ServiceMonitor(configuration, loop: EventLoop()) { _ in }
        worker = try Worker(
            WorkerStart(
                index: 0, shared: shared, deployment: deployment, monitoring: first.snapshot, accessLog: nil,
                control: control))
        first.stop()
        worker.loop.attach(alarm)
        let worker = worker
        monitor = try ServiceMonitor(configuration, loop: worker.loop) { [unowned worker] snapshot in
            worker.receive(.update(deployment, snapshot))
        }
    }

    private static func configuration(
        _ services: [ServiceSocket], service: String, rest: String
    ) throws -> GatewayConfiguration {
        let instances = services.enumerated().map {
            "      - { id: portal-\($0)@test, address: \"\($1.address)\" }"
        }
        return try GatewayConfiguration.parse(
            """
            listeners:
              - { address: "127.0.0.1:0", mode: plain }
            services:
              portal:
                balance: round-robin
                health: { type: tcp, interval: 60s, rise: 1, fall: 10 }
                \(service)
                instances:
            \(instances.joined(separator: "\n"))
            routes:
              - { host: "*", path: /, service: portal }
            \(rest)
            """, file: "test.yaml")
    }

    /// Turns the loop until `condition` holds; false if it does not in time.
    func turn(for limit: Duration = .seconds(10), until condition: () -> Bool) throws -> Bool {
        let end = MonotonicTime.now + limit
        while !condition() {
            guard MonotonicTime.now < end else { return false }
            worker.loop.setTimer(alarm, at: end)
            try worker.loop.runOnce(waiting: true)
        }
        return true
    }

    /// Turns the loop until all instances are running.
    func begin() throws {
        let areRunning = try turn {
            worker.monitoring.status.services.allSatisfy { $0.instances.allSatisfy { $0.status == .running } }
        }
        try #require(areRunning)
        // The probes' own connections are closed by now, or will be with the next event.
        for service in services { service.forget() }
    }

    /// A client that has connected.
    func connect() throws -> Peer {
        Peer(try Socket.connect(to: address))
    }

    /// The next connection that the worker makes to an instance.
    func accept(instance: Int = 0) throws -> Peer {
        var peer: Peer?
        let hasCome = try turn {
            peer = services[instance].accept()
            return peer != nil
        }
        #expect(hasCome, "a connection to instance \(instance)")
        return try #require(peer)
    }

    /// Waits until `peer` has received something that ends like that; answers all of it.
    @discardableResult
    func read(_ peer: Peer, until ending: String, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> String
    {
        var received = ""
        let hasCome = try turn {
            received += peer.receive()
            return received.hasSuffix(ending)
        }
        #expect(hasCome, "\(received)", sourceLocation: sourceLocation)
        return received
    }

    /// Waits until `peer` has been told that no more comes.
    func readEnd(_ peer: Peer, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let hasEnded = try turn {
            _ = peer.receive()
            return peer.hasEnded
        }
        #expect(hasEnded, sourceLocation: sourceLocation)
    }

    /// The worker's connections to an instance.
    func pool(_ instance: Int = 0) -> UpstreamPool {
        worker.pool(service: 0, position: instance)
    }

    /// Handlers of the worker's loop, but for those of the stage itself.
    var handlerCount: Int { worker.loop.handlerCount - 1 }

    /// Ends the worker, as its thread would.
    func end() throws {
        monitor?.stop()
        monitor = nil
        worker.receive(.stop)
        worker.dissolve()
        worker.loop.detach(alarm)
        // What was detached last is let go of at the end of a batch.
        try worker.loop.runOnce(waiting: false)
    }

    private final class Alarm: EventHandler {}
}
