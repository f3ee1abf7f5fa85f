import Affinity
import Balancing
import Configuration
import Platform
import Runtime
import Testing

@testable import Monitoring

struct ReloadTests {
    private let fixture: MonitorFixture
    private let service: ScriptedService
    private let a = InstanceKey(identity: "portal-1@a")

    init() throws {
        fixture = try MonitorFixture()
        service = try ScriptedService(.silence, loop: fixture.test.loop)
    }

    /// A monitor whose `portal-1@a` is running.
    private func running(_ change: (inout ServiceConfiguration) -> Void = { _ in }) throws -> ServiceMonitor {
        let monitor = try fixture.start(configuration(change))
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        return monitor
    }

    private func configuration(_ change: (inout ServiceConfiguration) -> Void = { _ in }) throws
        -> GatewayConfiguration
    {
        try fixture.configuration([("portal-1@a", "\(service.address)")], change)
    }

    private func instance(_ id: String, _ address: String) throws -> InstanceConfiguration {
        InstanceConfiguration(id: id, address: .socket(try #require(SocketAddress(address))))
    }

    @Test func `an unchanged instance keeps its status, its history and its incarnation`() throws {
        let monitor = try running()
        defer { service.stop(); monitor.stop() }
        let before = fixture.state("portal-1@a")
        let history = monitor.history(of: a)
        try monitor.apply(
            configuration {
                $0.health.rise = 9
                $0.instances[0].weight = 5
            })
        #expect(fixture.published.last?.number == monitor.snapshot.number)
        let after = fixture.state("portal-1@a")
        #expect(after?.status == .running)
        #expect(after?.weight == 5)
        #expect(after?.runningSince == before?.runningSince)
        #expect(after?.incarnation == 1)
        #expect(monitor.history(of: a) == history)
    }

    @Test func `a reload is published at once, under the next number`() throws {
        let monitor = try running()
        defer { service.stop(); monitor.stop() }
        let number = monitor.snapshot.number
        let count = fixture.published.count
        try monitor.apply(configuration())
        #expect(fixture.published.count == count + 1)
        #expect(fixture.published.last?.number == number + 1)
    }

    @Test func `a new instance is starting and is probed, one that is left out is not any more`() throws {
        let monitor = try running()
        defer { monitor.stop() }
        let other = try ScriptedService(.silence, loop: fixture.test.loop)
        defer { other.stop() }
        try monitor.apply(fixture.configuration([("portal-2@a", "\(other.address)")]))
        #expect(fixture.state("portal-1@a") == nil)
        #expect(fixture.state("portal-2@a")?.status == .starting)
        let probes = service.connectionCount
        #expect(try fixture.run(until: "portal-2@a", is: .running))
        #expect(try fixture.run { other.connectionCount >= 6 })
        #expect(service.connectionCount <= probes + 1)
        #expect(monitor.history(of: a).isEmpty)
        service.stop()
    }

    @Test func `an instance at another address is unknown again, and another incarnation`() throws {
        let monitor = try running()
        defer { service.stop(); monitor.stop() }
        let other = try ScriptedService(.silence, loop: fixture.test.loop)
        defer { other.stop() }
        try monitor.apply(fixture.configuration([("portal-1@a", "\(other.address)")]))
        #expect(fixture.state("portal-1@a")?.status == .starting)
        #expect(fixture.state("portal-1@a")?.incarnation == 2)
        #expect(fixture.address("portal-1@a") == other.address)
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        #expect(fixture.state("portal-1@a")?.incarnation == 2)
    }

    @Test func `an instance that goes to another service is unknown there`() throws {
        let monitor = try running()
        defer { service.stop(); monitor.stop() }
        var configuration = try configuration()
        configuration.services[0].name = "other"
        try monitor.apply(configuration)
        #expect(fixture.state("portal-1@a")?.status == .starting)
        #expect(monitor.snapshot.status.service(ServiceKey(name: "portal")) == nil)
        #expect(try fixture.run(until: "portal-1@a", is: .running))
    }

    @Test func `the moment at which draining began is kept`() throws {
        let monitor = try running { $0.drain = .seconds(50) }
        defer { service.stop(); monitor.stop() }
        let begin = fixture.test.loop.now
        monitor.set(.draining, of: a)
        try fixture.test.run(for: .milliseconds(20))
        try monitor.apply(configuration { $0.drain = .seconds(70) })
        #expect(fixture.state("portal-1@a")?.administrative == .draining)
        #expect(fixture.state("portal-1@a")?.drainDeadline == begin + .seconds(70))
    }

    @Test func `it is kept even when the instance moves`() throws {
        let monitor = try running { $0.drain = .seconds(50) }
        defer { service.stop(); monitor.stop() }
        let begin = fixture.test.loop.now
        monitor.set(.draining, of: a)
        try fixture.test.run(for: .milliseconds(20))
        try monitor.apply(fixture.configuration([("portal-1@a", "127.0.0.1:9")]) { $0.drain = .seconds(50) })
        #expect(fixture.state("portal-1@a")?.drainDeadline == begin + .seconds(50))
    }

    @Test func `what an operator has said stays, unless the configuration says something new`() throws {
        let monitor = try running()
        defer { service.stop(); monitor.stop() }
        monitor.set(.disabled, of: a)
        try monitor.apply(configuration { $0.instances[0].weight = 3 })
        #expect(fixture.state("portal-1@a")?.administrative == .disabled)
        try monitor.apply(configuration { $0.instances[0].state = .draining })
        #expect(fixture.state("portal-1@a")?.administrative == .draining)
        monitor.set(.ready, of: a)
        try monitor.apply(configuration { $0.instances[0].state = .draining })
        #expect(fixture.state("portal-1@a")?.administrative == .ready)
        try monitor.apply(configuration())
        #expect(fixture.state("portal-1@a")?.administrative == .ready)
    }

    @Test func `other probes go on from the present status`() throws {
        let monitor = try running()
        defer { service.stop(); monitor.stop() }
        service.script = .answer(["HTTP/1.1 500 \r\n\r\n"], closes: true)
        try monitor.apply(configuration { $0.health.type = .http })
        #expect(fixture.state("portal-1@a")?.status == .running)
        #expect(try fixture.run(until: "portal-1@a", is: .notRunning))
        #expect(monitor.history(of: a).last?.cause == .probeFailed(.status(500)))
    }

    @Test func `a shorter interval holds from now on`() throws {
        let monitor = try fixture.start(configuration { $0.health.interval = .seconds(3600) })
        defer { service.stop(); monitor.stop() }
        #expect(try fixture.run { service.connectionCount == 1 })
        try monitor.apply(configuration())
        #expect(try fixture.run(until: "portal-1@a", is: .running))
    }

    @Test func `a configuration that is refused changes nothing`() throws {
        let monitor = try running()
        defer { service.stop(); monitor.stop() }
        let snapshot = monitor.snapshot
        let handlers = fixture.test.handlerCount
        let twice = try configuration { $0.instances.append($0.instances[0]) }
        #expect(throws: MonitoringError.repeatedInstance("portal-1@a")) { try monitor.apply(twice) }
        let heavy = try configuration { $0.instances[0].weight = 1000 }
        #expect(throws: MonitoringError.service("portal", .weightOutOfRange(1000, position: 0))) {
            try monitor.apply(heavy)
        }
        var unreachable = try configuration()
        unreachable.resolver.servers = [.unix(path: "/no/such/server")]
        #expect(throws: MonitoringError.self) { try monitor.apply(unreachable) }
        #expect(monitor.snapshot === snapshot)
        #expect(fixture.test.handlerCount <= handlers + 1)
        let probes = service.connectionCount
        #expect(try fixture.run { service.connectionCount > probes + 2 })
        #expect(fixture.state("portal-1@a")?.status == .running)
    }

    @Test func `a refused first configuration leaves nothing in the loop`() throws {
        let before = fixture.test.handlerCount
        let twice = try configuration { $0.instances.append($0.instances[0]) }
        #expect(throws: MonitoringError.self) { try fixture.start(twice) }
        #expect(fixture.test.handlerCount == before)
        service.stop()
    }

    @Test func `many reloads leave nothing behind`() throws {
        let monitor = try running()
        defer { service.stop(); monitor.stop() }
        let handlers = fixture.test.handlerCount
        let second = try instance("portal-2@a", "127.0.0.1:9")
        for round in 0..<30 {
            var next = try configuration { if round % 2 == 0 { $0.instances.append(second) } }
            next.resolver.attempts = 1 + round % 3
            try monitor.apply(next)
            try fixture.test.loop.runOnce(waiting: true)
        }
        try monitor.apply(configuration())
        #expect(try fixture.run { fixture.test.handlerCount <= handlers })
        #expect(fixture.state("portal-1@a")?.status == .running)
    }
}
