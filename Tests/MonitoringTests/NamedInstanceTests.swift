import Affinity
import Balancing
import Configuration
import Platform
import Runtime
import Testing

@testable import Monitoring

struct NamedInstanceTests {
    private let fixture: MonitorFixture
    private let server: NameServer
    private let service: ScriptedService
    private let a = InstanceKey(identity: "portal-1@a")

    init() throws {
        fixture = try MonitorFixture()
        server = try NameServer(loop: fixture.test.loop)
        service = try ScriptedService(.silence, loop: fixture.test.loop)
    }

    private func monitor() throws -> ServiceMonitor {
        try fixture.start(configuration())
    }

    private func configuration() throws -> GatewayConfiguration {
        let port = try #require(service.address.port)
        var configuration = try fixture.configuration([("portal-1@a", "portal.test:\(port)")])
        configuration.resolver.servers = [server.address]
        configuration.resolver.timeout = .milliseconds(200)
        configuration.resolver.attempts = 1
        return configuration
    }

    @Test func `an instance has no address until its name is resolved`() throws {
        server.records["portal.test"] = [.a("portal.test", [127, 0, 0, 1])]
        let monitor = try monitor()
        defer { service.stop(); server.stop(); monitor.stop() }
        #expect(monitor.snapshot.addresses == [[nil]])
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        #expect(fixture.address("portal-1@a") == service.address)
        #expect(fixture.state("portal-1@a")?.incarnation == 1)
    }

    @Test func `one whose name leads nowhere is not running`() throws {
        let monitor = try monitor()
        defer { service.stop(); server.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .notRunning))
        #expect(monitor.history(of: a).last?.cause == .nameUnresolved)
        #expect(fixture.address("portal-1@a") == nil)
    }

    @Test func `of several addresses one that answers is taken`() throws {
        server.records["portal.test"] = [
            .a("portal.test", [127, 0, 0, 77]), .a("portal.test", [127, 0, 0, 78]),
            .a("portal.test", [127, 0, 0, 1]),
        ]
        let monitor = try monitor()
        defer { service.stop(); server.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        #expect(fixture.address("portal-1@a") == service.address)
    }

    @Test func `a name that moves makes the instance unknown again`() throws {
        server.records["portal.test"] = [.a("portal.test", [127, 0, 0, 1])]
        let monitor = try monitor()
        defer { service.stop(); server.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        let port = try #require(service.address.port)
        let second = try ScriptedService(.silence, on: "127.0.0.2:\(port)", loop: fixture.test.loop)
        defer { second.stop() }
        server.records["portal.test"] = [.a("portal.test", [127, 0, 0, 2])]
        // Other settings of the resolver ask anew, and leave the status alone.
        var next = try configuration()
        next.resolver.attempts = 2
        try monitor.apply(next)
        #expect(fixture.state("portal-1@a")?.status == .running)
        #expect(fixture.address("portal-1@a") == service.address)
        #expect(try fixture.run { fixture.address("portal-1@a") == second.address })
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        #expect(fixture.state("portal-1@a")?.incarnation == 2)
        #expect(monitor.history(of: a).contains { $0.cause == .addressChanged })
    }

    @Test func `a name that gets one more address changes nothing`() throws {
        server.records["portal.test"] = [.a("portal.test", [127, 0, 0, 1])]
        let monitor = try monitor()
        defer { service.stop(); server.stop(); monitor.stop() }
        #expect(try fixture.run(until: "portal-1@a", is: .running))
        server.records["portal.test"]?.append(.a("portal.test", [127, 0, 0, 9]))
        var next = try configuration()
        next.resolver.attempts = 2
        try monitor.apply(next)
        let asked = server.questions.count
        #expect(try fixture.run { server.questions.count >= asked + 2 })
        try fixture.test.run(for: .milliseconds(60))
        #expect(fixture.address("portal-1@a") == service.address)
        #expect(fixture.state("portal-1@a")?.status == .running)
    }
}
