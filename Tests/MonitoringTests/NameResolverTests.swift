import Platform
import Runtime
import Testing

@testable import Monitoring

struct NameResolverTests {
    private let test: TestLoop
    private let server: NameServer

    init() throws {
        test = try TestLoop()
        server = try NameServer(loop: test.loop)
    }

    private func resolver(_ change: (inout ResolverSettings) -> Void = { _ in }) throws -> NameResolver {
        var settings = ResolverSettings()
        settings.servers = [server.address]
        settings.timeout = .milliseconds(500)
        settings.attempts = 2
        change(&settings)
        return try NameResolver(loop: test.loop, settings: settings)
    }

    private func answer(_ name: String, by resolver: NameResolver) throws -> NameAnswer? {
        var answer: NameAnswer?
        _ = resolver.lookUp(name) { answer = $0 }
        #expect(answer == nil)
        let isThere = try test.run { answer != nil }
        #expect(isThere)
        return answer
    }

    /// Asks a resolver of its own, and sees that nothing of it stays.
    private func answer(_ name: String) throws -> NameAnswer? {
        let before = test.handlerCount
        let resolver = try resolver()
        let answer = try answer(name, by: resolver)
        resolver.stop()
        // The server's own connections end when c-ares has closed its side.
        #expect(try test.run { test.handlerCount == before })
        return answer
    }

    private func ip(_ text: String) throws -> IPAddress {
        try #require(IPAddress(text))
    }

    @Test func `addresses of both families are found`() throws {
        defer { server.stop() }
        let v6: [UInt8] = [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [7]
        server.records["portal.test"] = [
            .a("portal.test", [192, 0, 2, 1]), .a("portal.test", [192, 0, 2, 2]), .aaaa("portal.test", v6),
        ]
        guard case .addresses(let addresses, _) = try answer("portal.test") else {
            Issue.record("no addresses")
            return
        }
        let expected: Set = [try ip("192.0.2.1"), try ip("192.0.2.2"), try ip("2001:db8::7")]
        #expect(Set(addresses) == expected)
        #expect(Set(server.questions.map(\.type)) == [1, 28])
    }

    @Test func `one family is enough`() throws {
        defer { server.stop() }
        server.records["portal.test"] = [.a("portal.test", [192, 0, 2, 1], life: 17)]
        #expect(try answer("portal.test") == .addresses([try ip("192.0.2.1")], life: .seconds(17)))
    }

    @Test func `the shortest TTL counts, aliases included`() throws {
        defer { server.stop() }
        server.records["portal.test"] = [
            .alias("portal.test", of: "real.test", life: 11), .a("real.test", [192, 0, 2, 1], life: 90),
        ]
        #expect(try answer("portal.test") == .addresses([try ip("192.0.2.1")], life: .seconds(11)))
        server.records["portal.test"] = [
            .a("portal.test", [192, 0, 2, 1], life: 90), .a("portal.test", [192, 0, 2, 1], life: 12),
        ]
        #expect(try answer("portal.test") == .addresses([try ip("192.0.2.1")], life: .seconds(12)))
    }

    @Test func `a name that does not exist is a failure`() throws {
        defer { server.stop() }
        guard case .failed(let reason) = try answer("nobody.test") else {
            Issue.record("found")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func `a name without addresses is a failure`() throws {
        defer { server.stop() }
        server.records["portal.test"] = []
        guard case .failed = try answer("portal.test") else {
            Issue.record("found")
            return
        }
    }

    @Test func `a failing server is a failure`() throws {
        defer { server.stop() }
        server.mood = .failing
        guard case .failed = try answer("portal.test") else {
            Issue.record("found")
            return
        }
    }

    @Test func `a silent server is asked again, and then it is a failure`() throws {
        defer { server.stop() }
        server.drops = .max
        let resolver = try resolver { $0.timeout = .milliseconds(30) }
        guard case .failed = try answer("portal.test", by: resolver) else {
            Issue.record("found")
            return
        }
        resolver.stop()
        #expect(server.questions.count >= 4)
    }

    @Test func `a question that was lost is asked again`() throws {
        defer { server.stop() }
        server.drops = 2
        server.records["portal.test"] = [.a("portal.test", [192, 0, 2, 1])]
        let resolver = try resolver { $0.timeout = .milliseconds(30) }
        guard case .addresses = try answer("portal.test", by: resolver) else {
            Issue.record("not found")
            return
        }
        resolver.stop()
    }

    @Test func `a server that is not there is a failure`() throws {
        server.stop()
        guard case .failed = try answer("portal.test") else {
            Issue.record("found")
            return
        }
    }

    @Test func `noise before the answer is ignored`() throws {
        defer { server.stop() }
        server.mood = .babbling
        server.records["portal.test"] = [.a("portal.test", [192, 0, 2, 1])]
        guard case .addresses = try answer("portal.test") else {
            Issue.record("not found")
            return
        }
    }

    @Test func `a truncated answer is asked for again over TCP, and may come in pieces`() throws {
        defer { server.stop() }
        server.mood = .truncating
        server.records["portal.test"] = (1...40).map { .a("portal.test", [192, 0, 2, $0]) }
        guard case .addresses(let addresses, _) = try answer("portal.test") else {
            Issue.record("not found")
            return
        }
        #expect(addresses.count == MonitoringLimits.addressesPerName)
        #expect(server.connectionCount >= 1)
    }

    @Test func `localhost comes from the hosts file`() throws {
        defer { server.stop() }
        guard case .addresses(let addresses, let life) = try answer("localhost") else {
            Issue.record("not found")
            return
        }
        #expect(addresses.contains(try ip("127.0.0.1")))
        #expect(life == nil)
        #expect(server.questions.isEmpty)
    }

    @Test func `a look-up that is cancelled is not answered`() throws {
        defer { server.stop() }
        server.records["portal.test"] = [.a("portal.test", [192, 0, 2, 1])]
        let resolver = try resolver()
        var isTold = false
        let early = resolver.lookUp("portal.test") { _ in isTold = true }
        early.cancel()
        _ = try answer("portal.test", by: resolver)
        #expect(server.questions.count == 2)
        let late = resolver.lookUp("portal.test") { _ in isTold = true }
        #expect(try test.run { server.questions.count == 4 })
        late.cancel()
        _ = try answer("portal.test", by: resolver)
        #expect(!isTold)
        resolver.stop()
    }

    @Test func `many names are looked up, a bounded number at a time`() throws {
        defer { server.stop() }
        let resolver = try resolver()
        var answers = 0
        let names = (0..<200).map { "n\($0).test" }
        for name in names {
            server.records[name] = [.a(name, [192, 0, 2, 1])]
            _ = resolver.lookUp(name) { if case .addresses = $0 { answers += 1 } }
        }
        try test.loop.runOnce(waiting: true)
        #expect(try test.run { server.questions.count > 0 })
        #expect(server.questions.count <= 2 * MonitoringLimits.lookUpsInFlight)
        #expect(try test.run { answers == names.count })
        resolver.stop()
    }

    @Test func `a resolver that is stopped lets go of the loop and answers nobody`() throws {
        defer { server.stop() }
        let before = test.handlerCount
        server.mood = .silent
        let resolver = try resolver()
        var isTold = false
        for index in 0..<100 { _ = resolver.lookUp("n\(index).test") { _ in isTold = true } }
        #expect(try test.run { test.handlerCount > before + 1 })
        resolver.stop()
        #expect(test.handlerCount == before)
        try test.run(for: .milliseconds(20))
        #expect(!isTold)
    }

    @Test func `a resolver may be stopped by who receives an answer`() throws {
        defer { server.stop() }
        let before = test.handlerCount
        let resolver = try resolver()
        var count = 0
        for _ in 0..<3 {
            _ = resolver.lookUp("localhost") { _ in
                count += 1
                resolver.stop()
            }
        }
        #expect(try test.run { count > 0 })
        #expect(count == 1)
        #expect(test.handlerCount == before)
    }

    @Test func `who receives an answer may ask again`() throws {
        defer { server.stop() }
        server.records["portal.test"] = [.a("portal.test", [192, 0, 2, 1])]
        let resolver = try resolver()
        var count = 0
        func ask() {
            _ = resolver.lookUp("portal.test") { _ in
                count += 1
                if count < 3 { ask() }
            }
        }
        ask()
        #expect(try test.run { count == 3 })
        resolver.stop()
    }

    @Test(arguments: [
        "", ".", "..", "a..b", "-", String(repeating: "x", count: 64), String(repeating: "a.", count: 200),
    ])
    func `a name that is none is a failure`(name: String) throws {
        defer { server.stop() }
        guard case .failed = try answer(name) else {
            Issue.record("found")
            return
        }
    }
}
