import Platform
import Runtime
import Testing

@testable import Monitoring

struct NameWatchTests {
    private let test: TestLoop
    private let server: NameServer
    private let resolver: NameResolver

    init() throws {
        test = try TestLoop()
        server = try NameServer(loop: test.loop)
        var settings = ResolverSettings()
        settings.servers = [server.address]
        settings.timeout = .milliseconds(500)
        settings.attempts = 1
        resolver = try NameResolver(loop: test.loop, settings: settings)
    }

    private func stop(_ watch: NameWatch) {
        watch.stop()
        resolver.stop()
        server.stop()
        #expect(test.handlerCount == 0)
    }

    private func watch(_ changed: @escaping () -> Void) -> NameWatch {
        NameWatch("portal.test", refresh: .seconds(30), resolver: resolver, loop: test.loop, changed)
    }

    @Test func `a change of addresses is told, the same addresses again are not`() throws {
        server.records["portal.test"] = [
            .a("portal.test", [192, 0, 2, 1]), .a("portal.test", [192, 0, 2, 2]),
        ]
        var changes = 0
        let watch = watch { changes += 1 }
        #expect(try test.run { changes == 1 })
        server.records["portal.test"] = server.records["portal.test"]?.reversed()
        watch.timerFired()
        #expect(try test.run { server.questions.count == 4 && !watch.isAsking })
        #expect(changes == 1)
        server.records["portal.test"] = [.a("portal.test", [192, 0, 2, 3])]
        watch.timerFired()
        #expect(try test.run { changes == 2 })
        #expect(watch.addresses == [IPAddress(v4: 0xc000_0203)])
        stop(watch)
    }

    @Test func `when a look-up fails the last addresses stay`() throws {
        server.records["portal.test"] = [.a("portal.test", [192, 0, 2, 1])]
        var changes = 0
        let watch = watch { changes += 1 }
        #expect(try test.run { changes == 1 })
        #expect(watch.failure == nil)
        server.mood = .failing
        watch.timerFired()
        #expect(try test.run { watch.failure != nil })
        #expect(watch.addresses == [IPAddress(v4: 0xc000_0201)])
        #expect(changes == 1)
        server.mood = .helpful
        watch.timerFired()
        #expect(try test.run { watch.failure == nil })
        stop(watch)
    }

    @Test func `one look-up at a time is enough`() throws {
        server.mood = .silent
        let watch = watch {}
        for _ in 0..<5 { watch.timerFired() }
        server.mood = .helpful
        server.records["portal.test"] = [.a("portal.test", [192, 0, 2, 1])]
        #expect(try test.run { !watch.addresses.isEmpty })
        #expect(server.questions.count == 2)
        stop(watch)
    }
}

struct NameLifeTests {
    @Test func `a TTL holds between five seconds and five minutes, and at most as long as refresh`() {
        #expect(NameWatch.pause(life: .seconds(1), refresh: .seconds(30)) == .seconds(5))
        #expect(NameWatch.pause(life: .seconds(17), refresh: .seconds(30)) == .seconds(17))
        #expect(NameWatch.pause(life: .seconds(60), refresh: .seconds(30)) == .seconds(30))
        #expect(NameWatch.pause(life: nil, refresh: .seconds(30)) == .seconds(30))
        #expect(NameWatch.pause(life: .seconds(900), refresh: .seconds(3600)) == .seconds(300))
        #expect(NameWatch.pause(life: nil, refresh: .seconds(1)) == .seconds(5))
    }
}
