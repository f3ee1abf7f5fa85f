import Configuration
import Testing

@Suite
struct ServiceTests {
    private func service(_ keys: String, instance: String = "") throws -> ServiceConfiguration {
        try #require(try Reading.value(Reading.text(service: keys, instance: instance)).services.first)
    }

    @Test
    func `an instance may speak for itself, at a socket of its own, unless it is a local service`() throws {
        let read = try service(
            "retries: 0", instance: "notify: { socket: /run/p, user: portal, watchdog: 10s }")
        var expected = NotificationConfiguration(socket: "/run/p")
        expected.user = "portal"
        expected.watchdog = .seconds(10)
        #expect(read.instances.map(\.notification) == [expected])
        let local = Reading.text(service: "retries: 0", instance: "notify: { socket: /run/p }")
        let identity = read.instances[0].id
        #expect(
            Reading.problems(local + "\nlocal-services: { \(identity): { run: /bin/true } }\n").contains {
                $0.contains(
                    "'\(identity)' is a local service, and speaks to the node manager: leave 'notify' out")
            })
        let twice =
            "services: { a: { instances: [{ id: a@a, address: 'unix:/a', notify: { socket: /n } }, "
            + "{ id: b@a, address: 'unix:/b', notify: { socket: /n } }] } }"
        #expect(
            Reading.problems(twice).contains { $0.contains("the socket '/n' is somebody else's already") })
    }

    @Test
    func `every key of a service is read`() throws {
        let service = try service(
            """
            access: web
                balance: consistent-hash
                passive: { connect-failures: 0, error-share: 100, window: 1m, minimum: 1 }
                hold: { timeout: 0s, queue: 0, retry-after: 1m }
                slow-start: 30s
                drain: 1h
                protocol: h2c
                pool: { idle: 0, idle-timeout: 1s, per-instance: 8, streams: 7 }
                retries: 0
                timeouts: { response: 5m, body: 1h }
            """, instance: "weight: 256\n        state: draining")
        var expected = ServiceConfiguration(name: "portal")
        expected.balance = .consistentHash
        expected.passive.connectFailures = 0
        expected.passive.errorShare = 100
        expected.passive.window = .seconds(60)
        expected.passive.minimum = 1
        expected.hold.timeout = .zero
        expected.hold.queue = 0
        expected.hold.retryAfter = .seconds(60)
        expected.slowStart = .seconds(30)
        expected.drain = .seconds(3600)
        expected.pool.idle = 0
        expected.pool.idleTimeout = .seconds(1)
        expected.pool.perInstance = 8
        expected.pool.streams = 7
        expected.speech = .plainHTTP2
        expected.retries = 0
        expected.timeouts.response = .seconds(300)
        expected.timeouts.body = .seconds(3600)
        expected.instances = service.instances
        #expect(service == expected)
        #expect(service.instances.map(\.weight) == [256])
        #expect(service.instances.map(\.state) == [.draining])
    }

    @Test
    func `every balance has its word`() throws {
        for balance in ServiceConfiguration.Balance.allCases {
            #expect(try service("balance: \(balance.rawValue)").balance == balance)
        }
        #expect(
            Reading.problems(Reading.text(service: "balance: roundrobin")) == [
                "6:14: 'balance' must be round-robin, least-requests, least-sessions or consistent-hash, not 'roundrobin'; did you mean 'round-robin'?"
            ])
    }

    @Test(arguments: [("h1", false, false), ("h2", true, true), ("h2c", false, true), ("auto", true, true)])
    func `every protocol has its word`(word: String, isSecure: Bool, mayBeHTTP2: Bool) throws {
        let tls = isSecure ? "\n    tls: {}" : ""
        let service = try service("protocol: \(word)\(tls)")
        #expect(service.speech.rawValue == word)
        #expect(service.mayBeHTTP2 == mayBeHTTP2)
    }

    @Test
    func `without TLS an instance has no choice`() throws {
        #expect(try service("protocol: auto").mayBeHTTP2 == false)
    }

    @Test(arguments: [
        ("h2", "'protocol: h2' is HTTP/2 within TLS: add 'tls', or use 'h2c'"),
        ("h2c\n    tls: {}", "'protocol: h2c' is HTTP/2 without TLS: use 'h2', or leave 'tls' out"),
    ])
    func `HTTP/2 is within TLS or without, as its word says`(keys: String, sentence: String) {
        let problems = Reading.problems(Reading.text(service: "protocol: \(keys)"))
        #expect(problems == ["6:15: \(sentence)"])
    }

    @Test(arguments: ["h2c", "h2\n    tls: {}"])
    func `over HTTP/2 a route may lead to WebSocket alone`(keys: String) throws {
        let text = Reading.text(
            service: "protocol: \(keys)", route: "upgrade: [websocket]\n    connect: true")
        #expect(Reading.problems(text).isEmpty)
        let problems = Reading.problems(
            Reading.text(service: "protocol: \(keys)", route: "upgrade: [websocket, foo/2]"))
        let sentence =
            "'upgrade' to foo/2 needs HTTP/1.1, and 'portal' speaks HTTP/2: there it can be websocket"
        #expect(problems.count == 1 && problems.allSatisfy { $0.hasSuffix(sentence) }, "\(problems)")
    }

    @Test
    func `a service that speaks HTTP/2 is not probed by HTTP/1.1`() {
        let problems = Reading.problems(
            Reading.text(service: "protocol: h2c\n    health: { path: /healthz }"))
        #expect(
            problems.contains {
                $0.hasSuffix(
                    "probes of 'type: http' speak HTTP/1.1, and 'services.portal' does not: use 'type: tcp'")
            }, "\(problems)")
    }

    @Test
    func `vpn is refused until it is built`() {
        #expect(
            Reading.problems(Reading.text(service: "access: vpn")) == [
                "6:13: 'access: vpn' is not built yet: use 'web'"
            ])
    }

    @Test(arguments: [
        ("portal-1", "must name its node, as in portal-1@a"),
        ("@a", "must be name@node, both of 1 to 63 letters, digits, dots, hyphens or underscores"),
        ("portal@", "must be name@node, both of 1 to 63 letters, digits, dots, hyphens or underscores"),
        ("portal@a@b", "must be name@node, both of 1 to 63 letters, digits, dots, hyphens or underscores"),
        ("por tal@a", "must be name@node, both of 1 to 63 letters, digits, dots, hyphens or underscores"),
        ("pörtal@a", "must be name@node, both of 1 to 63 letters, digits, dots, hyphens or underscores"),
        ("", "must name its node, as in portal-1@a"),
    ])
    func `what is no service identity is refused`(id: String, condition: String) {
        let text = "services: { portal: { instances: [{ id: \"\(id)\", address: 'a:1' }] } }"
        #expect(Reading.problems(text).contains("1:41: 'id' \(condition), not '\(id)'"))
    }

    @Test
    func `an identity exists once in the whole configuration`() {
        let text = """
            services:
              a: { instances: [{ id: x@n, address: "h:1" }, { id: x@n, address: "h:2" }] }
              b: { instances: [{ id: x@n, address: "h:3" }] }
            """
        let problems = Reading.problems(text)
        #expect(problems.contains("2:55: the instance 'x@n' exists already at 2:26"))
        #expect(problems.contains("3:26: the instance 'x@n' exists already at 2:26"))
    }

    @Test
    func `an address exists once in a service`() throws {
        let text = """
            services:
              a: { instances: [{ id: x@n, address: "h:1" }, { id: y@n, address: "H:1" }] }
              b: { instances: [{ id: z@n, address: "h:1" }] }
            """
        let problems = Reading.problems(text)
        #expect(problems.contains("2:49: 'y@n' has the address h:1 of the instance at 2:20"))
        #expect(!problems.contains { $0.hasPrefix("3:") })
    }

    @Test
    func `a service needs instances with all that they need`() {
        #expect(
            Reading.problems("services: { a: {} }").contains("1:16: 'services.a' needs at least one instance")
        )
        #expect(
            Reading.problems("services: { a: { instances: [] } }").contains(
                "1:29: 'services.a' needs at least one instance"))
        let problems = Reading.problems("services: { a: { instances: [{}] } }")
        #expect(problems.contains("1:30: 'services.a.instances[0]' needs the key 'id'"))
        #expect(problems.contains("1:30: 'services.a.instances[0]' needs the key 'address'"))
    }

    @Test
    func `weights are from 0 to 256`() throws {
        #expect(
            Reading.problems(Reading.text(instance: "weight: 257")) == [
                "10:17: 'weight' must be from 0 to 256, not '257'"
            ])
        #expect(
            try Reading.warnings(Reading.text(instance: "weight: 0")) == [
                "8:7: every instance of 'services.portal' has the weight 0: no new session finds an owner"
            ])
    }

    @Test
    func `the name of a service is a name`() {
        #expect(
            Reading.problems("services: { 'a b': { instances: [{ id: x@n, address: 'h:1' }] } }").contains(
                "1:13: the name of a service must be 1 to 63 letters, digits, dots, hyphens or underscores, not 'a b'"
            ))
    }

    @Test
    func `the name of a service is made safe to print`() {
        let long = String(repeating: "x", count: 100)
        let cut = String(repeating: "x", count: 48) + "…"
        #expect(
            Reading.problems("services: { \"a\\nb\": {} }").contains(
                "1:21: 'services.a\\nb' needs at least one instance"))
        #expect(
            Reading.problems("services: { \(long): {} }").contains(
                "1:115: 'services.\(cut)' needs at least one instance"))
    }

    @Test
    func `a service without a route is worth a warning`() throws {
        let text = """
            listeners: [{ address: "127.0.0.1:80", mode: plain }]
            services:
              a: { instances: [{ id: x@n, address: "h:1" }] }
              b: { instances: [{ id: y@n, address: "h:1" }] }
            routes: [{ service: a }]
            """
        #expect(try Reading.warnings(text) == ["4:3: no route leads to the service 'b'"])
    }
}

@Suite
struct HealthTests {
    private func health(_ keys: String) throws -> HealthConfiguration? {
        try Reading.value(Reading.text(service: "health: { \(keys) }")).services.first?.health
    }

    private func problems(_ keys: String) -> [String] {
        Reading.problems(Reading.text(service: "health: { \(keys) }"))
    }

    @Test
    func `every key of a probe is read`() throws {
        let health = try health(
            "type: http, path: '/h?a=b', host: 'a.example:80', port: 81, expect: [204, 300-399], interval: 5s, timeout: 2s, rise: 1, fall: 9"
        )
        var expected = HealthConfiguration()
        expected.type = .http
        expected.path = "/h?a=b"
        expected.host = "a.example:80"
        expected.port = 81
        expected.expect = [204...204, 300...399]
        expected.interval = .seconds(5)
        expected.timeout = .seconds(2)
        expected.rise = 1
        expected.fall = 9
        #expect(health == expected)
    }

    @Test
    func `who names a path means HTTP`() throws {
        #expect(try health("path: /healthz")?.type == .http)
        #expect(try health("expect: 204")?.type == .http)
        #expect(try health("rise: 3")?.type == .tcp)
        #expect(try health("type: tls, host: a.example")?.type == .tls)
    }

    @Test
    func `keys of another type of probe are refused`() {
        #expect(
            problems("type: tcp, path: /") == [
                "6:32: 'path' means something only for 'type: http', not for 'type: tcp'"
            ])
        #expect(
            problems("type: tls, expect: 200") == [
                "6:34: 'expect' means something only for 'type: http', not for 'type: tls'"
            ])
        #expect(
            problems("host: a.example") == [
                "6:21: 'host' means something only for 'type: http' and 'type: tls'"
            ])
    }

    @Test
    func `what is no status is refused`() {
        for status in ["99", "600", "2xx", "200-", "-200", "200-300-400", "200-600", "ok"] {
            #expect(
                problems("expect: [\"\(status)\"]") == [
                    "6:24: each entry of 'expect' must be a status or a range of them, such as 204 or 200-399, within 100 to 599, not '\(status)'"
                ])
        }
        #expect(
            problems("expect: [300-200]") == [
                "6:24: each entry of 'expect' must begin with the lower status, not '300-200'"
            ])
        #expect(problems("expect: []") == ["6:23: 'expect' needs at least one status"])
    }

    @Test
    func `what is no target or host of a probe is refused`() {
        for path in ["healthz", "/a b", "/a#b", "/ä", "/a\\r\\nb", ""] {
            #expect(
                problems("path: \"\(path)\"").first?.hasPrefix("6:21: 'path' must be a path that begins")
                    == true)
        }
        for host in ["a b", "a:b", "http://a", "a\\r\\nX: y", ""] {
            #expect(
                problems("path: /, host: \"\(host)\"").first?.hasPrefix("6:30: 'host' must be a host name")
                    == true)
        }
    }

    @Test
    func `a port is from 1 to 65535`() {
        for port in ["0", "65536"] {
            #expect(problems("port: \(port)") == ["6:21: 'port' must be from 1 to 65535, not '\(port)'"])
        }
    }
}
