import Configuration
import Platform
import Testing

@Suite
struct OtherSectionTests {
    @Test
    func `every key of affinity is read`() throws {
        let affinity = try Reading.value(
            Reading.text(
                rest: """
                    affinity:
                      by: [source, cookie, tls-session]
                      lifetime: 7d
                      cookie: { name: __Secure-l, secret: /run/secret }
                      source: { ipv4: 24, ipv6: 56 }
                      table: { pins: 10, memory: 64KiB }
                    """)
        ).affinity
        var expected = AffinityConfiguration()
        expected.by = [.source, .cookie, .tlsSession]
        expected.lifetime = .seconds(7 * 86_400)
        expected.cookie.name = "__Secure-l"
        expected.cookie.secret = "/run/secret"
        expected.source.ipv4 = 24
        expected.source.ipv6 = 56
        expected.table.pins = 10
        expected.table.memoryBytes = 64 << 10
        #expect(affinity == expected)
        #expect(try Reading.value(Reading.text(rest: "affinity: { by: [] }")).affinity.by.isEmpty)
    }

    @Test
    func `what is wrong in affinity is refused`() {
        #expect(
            Reading.problems(Reading.text(rest: "affinity: { by: [cookie, source, cookie] }")) == [
                "14:17: 'by' has 'cookie' more than once"
            ])
        #expect(
            Reading.problems(Reading.text(rest: "affinity: { source: { ipv4: 33 } }")) == [
                "14:29: 'ipv4' must be from 0 to 32, not '33'"
            ])
        #expect(
            Reading.problems(Reading.text(rest: "affinity: { cookie: { name: 'a=b' } }")) == [
                "14:29: 'name' must be 1 to 128 letters, digits or any of !#$%&'*+-.^_`|~, not 'a=b'"
            ])
    }

    @Test
    func `every timeout is read`() throws {
        let timeouts = try Reading.value(
            Reading.text(
                rest:
                    "timeouts: { handshake: 1s, head: 2s, body: 3s, idle: 4s, age: 8s, connect: 5s, response: 6s, send: 7s, drain: 0s }"
            )
        ).timeouts
        var expected = TimeoutConfiguration()
        expected.handshake = .seconds(1)
        expected.head = .seconds(2)
        expected.body = .seconds(3)
        expected.idle = .seconds(4)
        expected.age = .seconds(8)
        expected.connect = .seconds(5)
        expected.response = .seconds(6)
        expected.send = .seconds(7)
        expected.drain = .zero
        #expect(timeouts == expected)
    }

    @Test
    func `every limit is read`() throws {
        let limits = try Reading.value(
            Reading.text(
                rest:
                    "limits: { head: 64KiB, fields: 50, target: 4KiB, body: 1GiB, trailers: 0, requests-per-connection: 1000 }"
            )
        ).limits
        var expected = LimitConfiguration()
        expected.headBytes = 64 << 10
        expected.fields = 50
        expected.targetBytes = 4 << 10
        expected.bodyBytes = 1 << 30
        expected.trailerBytes = 0
        expected.requestsPerConnection = 1000
        #expect(limits == expected)
    }

    @Test
    func `a target larger than the head is refused`() {
        #expect(
            Reading.problems(Reading.text(rest: "limits: { head: 4KiB, target: 5KiB }")) == [
                "14:31: 'target' must not be larger than 'head', but they are 5KiB and 4KiB"
            ])
    }

    @Test
    func `a target that is not named is no larger than the head`() {
        #expect(Reading.problems(Reading.text(rest: "limits: { head: 4KiB }")).isEmpty)
    }

    @Test
    func `every key of HTTP-2 is read`() throws {
        let budgets =
            "resets: { burst: 1, rate: 11 }, provoked-resets: { burst: 2, rate: 12 }, settings: { burst: 3, rate: 13 }, "
            + "pings: { burst: 4, rate: 14 }, priorities: { burst: 5, rate: 15 }, empty-frames: { burst: 6, rate: 16 }, "
            + "window-updates: { burst: 7, rate: 17 }, stray-frames: { burst: 8, rate: 18 }"
        let http2 = try Reading.value(
            Reading.text(
                rest: "http2: { stream-window: 32KiB, connection-window: 2MiB, budgets: { \(budgets) } }")
        ).http2
        var expected = HTTP2Configuration()
        expected.streamWindowBytes = 32 << 10
        expected.connectionWindowBytes = 2 << 20
        expected.budgets.resets = BudgetConfiguration(burst: 1, rate: 11)
        expected.budgets.provokedResets = BudgetConfiguration(burst: 2, rate: 12)
        expected.budgets.settings = BudgetConfiguration(burst: 3, rate: 13)
        expected.budgets.pings = BudgetConfiguration(burst: 4, rate: 14)
        expected.budgets.priorities = BudgetConfiguration(burst: 5, rate: 15)
        expected.budgets.emptyFrames = BudgetConfiguration(burst: 6, rate: 16)
        expected.budgets.windowUpdates = BudgetConfiguration(burst: 7, rate: 17)
        expected.budgets.strayFrames = BudgetConfiguration(burst: 8, rate: 18)
        #expect(http2 == expected)
    }

    @Test
    func `a budget is said as a whole, and a connection's window holds a stream's`() {
        #expect(
            Reading.problems(Reading.text(rest: "http2: { budgets: { pings: { burst: 1 } } }")) == [
                "14:28: 'http2.budgets.pings' needs the key 'rate'"
            ])
        #expect(
            Reading.problems(Reading.text(rest: "http2: { stream-window: 2MiB, connection-window: 1MiB }"))
                == [
                    "14:50: 'connection-window' must not be smaller than 'stream-window'"
                ])
    }

    @Test
    func `every key of the resolver is read`() throws {
        let resolver = try Reading.value(
            Reading.text(
                rest: "resolver: { servers: ['192.0.2.1:54'], refresh: 5s, timeout: 1s, attempts: 1 }")
        ).resolver
        #expect(resolver.servers.map(\.description) == ["192.0.2.1:54"])
        #expect(resolver.refresh == .seconds(5))
        #expect(resolver.timeout == .seconds(1))
        #expect(resolver.attempts == 1)
    }

    @Test
    func `every key of the interfaces is read`() throws {
        let interfaces = try Reading.value(
            Reading.text(
                rest: "interfaces: { client: [eth0, bond0.7], service: eth1, backplane: [br-a], debounce: 0 }"
            )
        ).interfaces
        var expected = InterfaceConfiguration()
        expected.client = ["eth0", "bond0.7"]
        expected.service = ["eth1"]
        expected.backplane = ["br-a"]
        expected.debounce = .zero
        #expect(interfaces == expected)
        for name in ["a/b", "a:b", "a b", "..", "sixteen-letters-"] {
            #expect(
                Reading.problems(Reading.text(rest: "interfaces: { client: '\(name)' }")).contains {
                    $0.contains("must be the name of an interface, such as eth0")
                }, "\(name)")
        }
    }

    @Test
    func `the access log goes to the standard output or to a file`() throws {
        func log(_ keys: String) throws -> AccessLogConfiguration? {
            try Reading.value(Reading.text(rest: "access-log: { \(keys) }")).accessLog
        }
        #expect(try log("") == AccessLogConfiguration())
        #expect(try log("path: \"-\", format: combined")?.format == .combined)
        #expect(try log("path: \"-\"")?.destination == .standardOutput)
        #expect(try log("path: /var/log/limpet.log")?.destination == .file("/var/log/limpet.log"))
    }

    @Test
    func `the log has a level and the administration its places`() throws {
        let value = try Reading.value(
            Reading.text(
                rest: "log: { level: debug }\nadministration: { socket: /run/l.sock, address: '127.0.0.1:1' }"
            ))
        #expect(value.log.level == .debug)
        #expect(value.administration.socket == "/run/l.sock")
        #expect(value.administration.address?.description == "127.0.0.1:1")
        let long = String(repeating: "x", count: 108)
        #expect(
            Reading.problems("administration: { socket: \(long) }").contains {
                $0.hasPrefix("1:27: 'socket' must be a path of at most 107 bytes")
            })
    }

    @Test
    func `what commands have changed is kept beside the socket, or elsewhere, and nowhere without one`()
        throws
    {
        let beside = try Reading.value(Reading.text(rest: "administration: { socket: /run/l.sock }"))
        #expect(beside.administration.stateFile == "/run/l.sock.state")
        let elsewhere = try Reading.value(
            Reading.text(rest: "administration: { socket: /run/l.sock, state: /var/l }"))
        #expect(elsewhere.administration.stateFile == "/var/l")
        #expect(
            Reading.problems("administration: { state: /var/l }").contains {
                $0.hasPrefix("1:26: 'state' keeps what commands have changed: it needs the key 'socket'")
            })
    }

    @Test
    func `the name of the node is a name`() {
        for name in ["a b", "ä", "a/b", "", String(repeating: "x", count: 64)] {
            #expect(
                Reading.problems("node: \"\(name)\"").contains { $0.hasPrefix("1:7: 'node' must be 1 to 63") }
            )
        }
    }
}
