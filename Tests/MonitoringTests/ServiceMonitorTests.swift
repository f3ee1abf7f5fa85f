import Affinity
import Balancing
import Configuration
import Platform
import Runtime
import Testing

@testable import Monitoring

struct ServiceMonitorTests {
    private let fixture: MonitorFixture
    private let a = InstanceKey(identity: "portal-1@a")

    init() throws {
        fixture = try MonitorFixture()
    }

    private func service(_ script: ScriptedService.Script = .silence) throws -> ScriptedService {
        try ScriptedService(script, loop: fixture.test.loop)
    }

    private func failures(_ count: Int, of instance: InstanceKey) -> PassiveReport {
        var report = PassiveReport(instance: instance)
        for _ in 0..<count { report.noteConnectFailure() }
        return report
    }

    // MARK: Snapshots

    @Test func `the first snapshot is there before anything is published, and all in it is starting`() throws
    {
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "127.0.0.1:9"), ("portal-2@a", "unix:/run/x")]) {
                $0.instances[1].weight = 7
                $0.balance = .consistentHash
                $0.slowStart = .seconds(3)
                $0.hold.timeout = .seconds(4)
            })
        defer { monitor.stop() }
        #expect(monitor.snapshot.number == 1)
        #expect(fixture.published.isEmpty)
        let state = try #require(monitor.snapshot.status.service(ServiceKey(name: "portal")))
        #expect(state.instances.map(\.key) == [a, InstanceKey(identity: "portal-2@a")])
        #expect(state.instances.map(\.status) == [.starting, .starting])
        #expect(state.instances.map(\.weight) == [1, 7])
        #expect(state.instances.map(\.incarnation) == [1, 1])
        #expect(
            state.settings
                == BalancingSettings(
                    policy: .consistentHash, slowStart: .seconds(3), holdTimeout: .seconds(4)))
        #expect(monitor.snapshot.addresses == [[SocketAddress("127.0.0.1:9"), .unix(path: "/run/x")]])
        #expect(monitor.snapshot.address(service: 1, instance: 0) == nil)
        #expect(monitor.snapshot.address(service: 0, instance: 2) == nil)
    }

    @Test func `an instance that answers its probes is running after rise of them`() throws {
        let service = try service()
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "\(service.address)")]) { $0.health.rise = 3 })
        defer { service.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        #expect(service.connectionCount == 3)
        #expect(fixture.published.map(\.number) == [2])
        #expect(fixture.state("portal-1@a")?.runningSince != nil)
        #expect(fixture.observed.map(\.instance) == ["portal-1@a"])
        #expect(monitor.history(of: a).map(\.to) == [.running])
        #expect(monitor.lastProbe(of: a).isSuccess)
    }

    @Test func `an instance that restarts comes back through starting, as another incarnation`() throws {
        let first = try service()
        let monitor = try fixture.start(fixture.configuration([("portal-1@a", "\(first.address)")]))
        defer { monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        first.stop()
        #expect(try fixture.run(until: "portal-1@a", is: .notRunning))
        #expect(fixture.state("portal-1@a")?.runningSince == nil)
        let second = try ScriptedService(.silence, on: "\(first.address)", loop: fixture.test.loop)
        defer { second.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        #expect(fixture.state("portal-1@a")?.incarnation == 2)
        #expect(fixture.observed.map(\.transition.to) == [.running, .notRunning, .starting, .running])
        #expect(fixture.published.map(\.number) == [2, 3, 4, 5])
        #expect(fixture.publishedBefore == [1, 2, 3, 4], "whoever hears of it finds it published")
    }

    @Test func `changes of one batch are published together`() throws {
        let services = [try service(), try service()]
        let instances = services.enumerated().map { ("portal-\($0 + 1)@a", "\($1.address)") }
        let monitor = try fixture.start(fixture.configuration(instances))
        defer { monitor.stop(); for service in services { service.stop() } }
        #expect(
            try fixture.run {
                fixture.state("portal-1@a")?.status == .running
                    && fixture.state("portal-2@a")?.status == .running
            })
        let count = fixture.published.count
        monitor.note(failures(3, of: a))
        monitor.note(failures(3, of: InstanceKey(identity: "portal-2@a")))
        #expect(fixture.published.count == count)
        try fixture.test.loop.runOnce(waiting: true)
        #expect(fixture.published.count == count + 1)
        let states = try #require(fixture.published.last?.status.services.first)
        #expect(states.instances.map(\.status) == [.notRunning, .notRunning])
    }

    @Test func `nothing is published while nothing changes`() throws {
        let service = try service()
        let monitor = try fixture.start(fixture.configuration([("portal-1@a", "\(service.address)")]))
        defer { service.stop(); monitor.stop() }
        #expect(try fixture.run { service.connectionCount >= 8 })
        #expect(fixture.published.count == 1)
    }

    @Test func `an untouched service keeps its state object from snapshot to snapshot`() throws {
        var configuration = try fixture.configuration([("portal-1@a", "127.0.0.1:9")]) {
            $0.health.interval = .seconds(60)
        }
        var other = configuration.services[0]
        other.name = "other"
        other.instances[0].id = "other-1@a"
        configuration.services.append(other)
        let monitor = try fixture.start(configuration)
        defer { monitor.stop() }
        let before = monitor.snapshot.status.services
        monitor.note(.exited(), of: a)
        try fixture.test.loop.runOnce(waiting: true)
        let after = monitor.snapshot.status.services
        #expect(after[0] !== before[0])
        #expect(after[1] === before[1])
    }

    // MARK: Probes

    @Test func `there is never more than one probe at an instance`() throws {
        let service = try service(.silence)
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "\(service.address)")]) {
                $0.health.type = .http
                $0.health.interval = .milliseconds(10)
                $0.health.timeout = .milliseconds(60)
                $0.health.fall = 4
            })
        defer { service.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .notRunning))
        #expect(service.openMaximum == 1)
        #expect(service.connectionCount == 4)
        #expect(monitor.history(of: a).last?.cause == .probeFailed(.timedOut(.response)))
    }

    @Test func `an HTTP probe sees what a TCP probe does not`() throws {
        let service = try service(.answer(["HTTP/1.1 503 \r\nContent-Length: 0\r\n\r\n"], closes: true))
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "\(service.address)")]) { $0.health.type = .http })
        defer { service.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .notRunning))
        #expect(monitor.history(of: a).last?.cause == .probeFailed(.status(503)))
        service.script = .answer(["HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"], closes: true)
        #expect(try fixture.run(until: "portal-1@a", is: .running))
    }

    @Test func `a service without TLS fails a TLS probe`() throws {
        let service = try service(.answer(["HTTP/1.1 400 \r\n\r\n"], closes: true))
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "\(service.address)")]) { $0.health.type = .tls })
        defer { service.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .notRunning))
        guard case .probeFailed(.handshake(let reason)) = monitor.history(of: a).last?.cause else {
            Issue.record("\(monitor.history(of: a))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func `the first probes of many instances are spread`() throws {
        let service = try service()
        let instances = (0..<50).map { ("portal-\($0)@a", "\(service.address)") }
        let monitor = try fixture.start(
            fixture.configuration(instances) { $0.health.interval = .milliseconds(400) })
        defer { service.stop(); monitor.stop() }
        let start = MonotonicTime.now
        #expect(try fixture.run { service.connectionCount >= 25 })
        #expect(service.connectionCount < 45)
        #expect(MonotonicTime.now - start >= .milliseconds(100))
        #expect(try fixture.run { service.connectionCount >= 50 })
    }

    // MARK: Reports

    @Test func `a worker's report makes an instance not running at once`() throws {
        let service = try service()
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "\(service.address)")]) { $0.health.interval = .seconds(1) }
        )
        defer { service.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        monitor.note(failures(3, of: a))
        try fixture.test.loop.runOnce(waiting: true)
        #expect(fixture.published.last?.status.services.first?.instances.first?.status == .notRunning)
        #expect(monitor.history(of: a).last?.cause == .connectFailures)
        #expect(try fixture.run(until: "portal-1@a", is: .running))
    }

    @Test func `a report on an instance that has gone is ignored`() throws {
        let monitor = try fixture.start(fixture.configuration([("portal-1@a", "127.0.0.1:9")]))
        defer { monitor.stop() }
        monitor.note(failures(3, of: InstanceKey(identity: "nobody@a")))
        monitor.note(.exited(), of: InstanceKey(identity: "nobody@a"))
        #expect(!monitor.set(.disabled, of: InstanceKey(identity: "nobody@a")))
        #expect(monitor.history(of: InstanceKey(identity: "nobody@a")).isEmpty)
    }

    @Test func `errors of the only running instance change nothing, of one among two they do`() throws {
        let services = [try service(), try service()]
        let instances = services.enumerated().map { ("portal-\($0 + 1)@a", "\($1.address)") }
        let monitor = try fixture.start(fixture.configuration(instances))
        defer { monitor.stop(); for service in services { service.stop() } }
        #expect(
            try fixture.run {
                fixture.state("portal-1@a")?.status == .running
                    && fixture.state("portal-2@a")?.status == .running
            })
        var report = PassiveReport(instance: a)
        for _ in 0..<20 { report.noteAnswer(status: 500) }
        monitor.set(.draining, of: InstanceKey(identity: "portal-2@a"))
        monitor.note(report)
        #expect(monitor.history(of: a).last?.to == .running)
        monitor.set(.ready, of: InstanceKey(identity: "portal-2@a"))
        monitor.note(report)
        #expect(monitor.history(of: a).last?.cause == .errorShare)
    }

    @Test func `the word of a node manager counts`() throws {
        let service = try service()
        let monitor = try fixture.start(fixture.configuration([("portal-1@a", "\(service.address)")]))
        defer { service.stop(); monitor.stop() }
        monitor.note(.started(announcesReadiness: true), of: a)
        #expect(try fixture.run { service.connectionCount >= 5 })
        #expect(fixture.state("portal-1@a")?.status == .starting)
        monitor.note(.ready, of: a)
        try fixture.test.loop.runOnce(waiting: true)
        #expect(fixture.state("portal-1@a")?.status == .running)
    }

    // MARK: The operator

    @Test func `what an operator says is published at once, and draining has a deadline`() throws {
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "127.0.0.1:9")]) { $0.drain = .seconds(100) })
        defer { monitor.stop() }
        let now = fixture.test.loop.now
        #expect(monitor.set(.draining, of: a))
        #expect(fixture.state("portal-1@a")?.administrative == .draining)
        #expect(fixture.state("portal-1@a")?.drainDeadline == now + .seconds(100))
        monitor.set(.disabled, of: a)
        #expect(fixture.state("portal-1@a")?.administrative == .disabled)
        #expect(fixture.state("portal-1@a")?.drainDeadline == nil)
    }

    @Test func `draining twice does not push the deadline on`() throws {
        let monitor = try fixture.start(fixture.configuration([("portal-1@a", "127.0.0.1:9")]))
        defer { monitor.stop() }
        monitor.set(.draining, of: a)
        try fixture.test.run(for: .milliseconds(10))
        let deadline = fixture.state("portal-1@a")?.drainDeadline
        monitor.set(.draining, of: a)
        try fixture.test.run(for: .milliseconds(10))
        #expect(fixture.state("portal-1@a")?.drainDeadline == deadline)
        #expect(deadline != nil)
    }

    @Test func `an instance may be configured to be draining or disabled`() throws {
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "127.0.0.1:9"), ("portal-2@a", "127.0.0.1:10")]) {
                $0.instances[0].state = .draining
                $0.instances[1].state = .disabled
            })
        defer { monitor.stop() }
        #expect(fixture.state("portal-1@a")?.administrative == .draining)
        #expect(fixture.state("portal-1@a")?.drainDeadline != nil)
        #expect(fixture.state("portal-2@a")?.administrative == .disabled)
    }

    @Test func `instances of the own node are local`() throws {
        var configuration = try fixture.configuration([
            ("portal-1@a", "127.0.0.1:9"), ("portal-2@b", "127.0.0.1:10"),
        ])
        configuration.node = "b"
        let monitor = try fixture.start(configuration)
        defer { monitor.stop() }
        #expect(fixture.state("portal-1@a")?.isLocal == false)
        #expect(fixture.state("portal-2@b")?.isLocal == true)
    }

    // MARK: The end

    @Test func `a monitor that is forgotten lets go of the loop`() throws {
        let service = try service()
        let before = fixture.test.handlerCount
        var monitor: ServiceMonitor? = try ServiceMonitor(
            fixture.configuration([("portal-1@a", "\(service.address)")]), loop: fixture.test.loop
        ) { _ in }
        #expect(try fixture.run { service.connectionCount > 1 })
        _ = monitor
        monitor = nil
        #expect(try fixture.run { fixture.test.handlerCount == before })
        service.stop()
    }

    @Test func `a monitor that is stopped lets go of the loop`() throws {
        let service = try service()
        let before = fixture.test.handlerCount
        let monitor = try fixture.start(
            fixture.configuration([("portal-1@a", "\(service.address)"), ("portal-2@a", "localhost:9")]))
        #expect(try fixture.run { service.openCount > 0 })
        let count = fixture.published.count
        monitor.stop()
        #expect(try fixture.run { fixture.test.handlerCount == before })
        #expect(fixture.published.count == count)
        try monitor.apply(fixture.configuration([("portal-1@a", "\(service.address)")]))
        #expect(fixture.test.handlerCount == before)
        service.stop()
    }
}
