import Affinity
import Balancing
import Configuration
import Testing

@testable import Monitoring

/// What one snapshot tells of an older one, so that nobody has to look at what has not changed.
struct MonitoringSnapshotTests {
    private let fixture: MonitorFixture
    private let a = InstanceKey(identity: "portal-1@a")
    private let b = InstanceKey(identity: "vpn-1@a")

    init() throws {
        fixture = try MonitorFixture()
    }

    /// A monitor of the services `portal` and `vpn`, which both run.
    private func withRunningServices(
        _ body: (_ monitor: ServiceMonitor, _ stop: (String) -> Void) throws -> Void
    ) throws {
        let scripted = try (0..<2).map { _ in try ScriptedService(.silence, loop: fixture.test.loop) }
        var configuration = try fixture.configuration([("portal-1@a", "\(scripted[0].address)")])
        var other = try fixture.configuration([("vpn-1@a", "\(scripted[1].address)")]).services[0]
        other.name = "vpn"
        configuration.services.append(other)
        let monitor = try fixture.start(configuration)
        defer {
            for service in scripted { service.stop() }
            monitor.stop()
        }
        for id in ["portal-1@a", "vpn-1@a"] {
            let isRunning = try fixture.run(until: id, is: .running)
            #expect(isRunning)
        }
        try body(monitor) { id in scripted[id == "portal-1@a" ? 0 : 1].stop() }
    }

    @Test func `it names the services that have changed, and shares the others`() throws {
        try withRunningServices { monitor, _ in
            let before = monitor.snapshot
            monitor.set(.draining, of: b)
            let after = monitor.snapshot
            #expect(after.number == before.number + 1)
            #expect(after.changes(since: before) == [1])
            #expect(after.status.services[0] === before.status.services[0])
            #expect(after.status.services[1] !== before.status.services[1])
        }
    }

    @Test func `it names all that has changed since one long before it`() throws {
        try withRunningServices { monitor, _ in
            let before = monitor.snapshot
            monitor.set(.draining, of: b)
            monitor.set(.draining, of: a)
            monitor.set(.ready, of: b)
            monitor.set(.draining, of: b)
            #expect(monitor.snapshot.changes(since: before) == [0, 1])
            #expect(before.changes(since: before) == [])
        }
    }

    @Test func `another status is no other wish and no other address`() throws {
        try withRunningServices { monitor, stop in
            let before = monitor.snapshot
            stop("vpn-1@a")
            let hasStopped = try fixture.run(until: "vpn-1@a", is: .notRunning)
            #expect(hasStopped)
            #expect(monitor.snapshot.changes(since: before) == [1])
            #expect(monitor.snapshot.wishNumber == before.wishNumber)
            #expect(monitor.snapshot.addressNumber == before.addressNumber)
        }
    }

    @Test func `another wish, or another end of draining, is told as such`() throws {
        try withRunningServices { monitor, _ in
            monitor.set(.draining, of: a)
            let draining = monitor.snapshot
            #expect(draining.wishNumber == draining.number)
            monitor.set(.draining, of: a, drain: .seconds(3))
            #expect(monitor.snapshot.wishNumber > draining.wishNumber)
            #expect(monitor.snapshot.addressNumber == draining.addressNumber)
        }
    }
}
