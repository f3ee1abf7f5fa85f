internal import TestSupport
internal import Testing

/// Requests that are under way, held or in line while HUP moves, or takes away, what they wait for.
@Suite(.logOnFailure)
struct ReloadInFlightTests {
    private static let routes = [
        "{ host: \"*\", path: /a, service: a }", "{ host: \"*\", path: /b, service: b }",
    ]

    /// Says who it is: at once to those who warm up, to others once the gate is open.
    private func gated(_ name: String, _ gate: Gate) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                if request.target != "/b/warm" { try gate.wait() }
                try connection.send(RecordingUpstream.response(name))
            }
        }
    }

    private func configuration(_ services: [GatewayConfiguration.Service]) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(services)
        configuration.routes = Self.routes
        configuration.sections["workers"] = "1"
        return configuration
    }

    /// A service that stays `starting`, since `upstream` never answers a probe.
    private static func starting(_ name: String, at upstream: RecordingUpstream)
        -> GatewayConfiguration.Service
    {
        .init(
            name, [upstream.endpoint],
            settings: [
                "health": "{ type: http, path: /health, interval: 60s, timeout: 30s, rise: 1, fall: 10 }",
                "hold": "{ timeout: 30s, queue: 16 }",
            ])
    }

    @Test func `a held request goes to its service, wherever that stands in the new configuration`() throws {
        let a = try RecordingUpstream.answering(RecordingUpstream.response("a"))
        let b = try RecordingUpstream.answering(RecordingUpstream.response("b"))
        let silent = try RecordingUpstream { _ in }
        let waiting = Self.starting("a", at: silent)
        try withGateway(configuration([waiting, .init("b", [b.endpoint])])) { gateway in
            let other = try gateway.connect()
            try other.send(request("GET", "/b"))
            #expect(try other.readResponse().body.text == "b")
            let client = try gateway.connect()
            try client.send(request("GET", "/a"))
            try other.send(request("GET", "/b"))
            #expect(try other.readResponse().body.text == "b", "the worker has seen both")
            try gateway.reload(with: configuration([.init("b", [b.endpoint]), .init("a", [a.endpoint])]))
            #expect(try client.readResponse().body.text == "a")
        }
        #expect(try b.finish().flatMap(\.requests).allSatisfy { $0.target == "/b" })
    }

    @Test func `a held request whose service is taken away gets 503`() throws {
        let b = try RecordingUpstream.answering(RecordingUpstream.response("b"))
        let silent = try RecordingUpstream { _ in }
        let waiting = Self.starting("a", at: silent)
        try withGateway(configuration([waiting, .init("b", [b.endpoint])])) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/a"))
            let other = try gateway.connect()
            try other.send(request("GET", "/b"))
            #expect(try other.readResponse().body.text == "b")
            var next = configuration([.init("b", [b.endpoint])])
            next.routes = []
            try gateway.reload(with: next)
            #expect(try client.readResponse().status == 503)
        }
    }

    @Test func `an answer from an instance that was taken away is passed on, and nothing else happens`()
        throws
    {
        let gate = Gate()
        let upstreams = try (0..<3).map { try gated("\($0)", gate) }
        let endpoints = upstreams.map(\.endpoint)
        try withGateway(configuration([.init("b", endpoints), .init("a", [endpoints[0]])])) { gateway in
            let warming = try gateway.connect()
            let areRunning = try Deadline().poll {
                try warming.send(request("GET", "/b/warm"))
                _ = try warming.readResponse()
                return upstreams.allSatisfy { !$0.requests.isEmpty }
            }
            #expect(areRunning)
            let clients = try (0..<3).map { _ in try gateway.connect() }
            for client in clients { try client.send(request("GET", "/b")) }
            for upstream in upstreams {
                let isReached = upstream.wait { records in
                    records.flatMap(\.requests).contains { $0.target == "/b" } ? true : nil
                }
                #expect(isReached == true)
            }
            // The first position of the new configuration has fewer instances than the old one had.
            try gateway.reload(with: configuration([.init("a", [endpoints[0]]), .init("b", [endpoints[1]])]))
            gate.open()
            let bodies = try clients.map { try $0.readResponse().body.text }
            #expect(bodies.sorted() == ["0", "1", "2"])
            for client in clients {
                try client.send(request("GET", "/b"))
                #expect(try client.readResponse().body.text == "1", "only the second instance is left")
            }
            // No connection to the others stays.
            for index in [0, 2] {
                let ended = upstreams[index].wait { records in
                    records.allSatisfy { $0.ending != nil } ? true : nil
                }
                #expect(ended == true, "instance \(index)")
            }
        }
    }

    @Test func `who waits in line for an instance that is taken away is sent to another`() throws {
        let gate = Gate()
        let dead = try RecordingUpstream.answering()
        try dead.stopAccepting()
        let old = try gated("old", gate)
        let new = try RecordingUpstream.answering(RecordingUpstream.response("new"))
        let settings = [
            "pool": "{ idle: 2, idle-timeout: 30s, per-instance: 1 }", "hold": "{ timeout: 30s, queue: 16 }",
        ]
        let both = GatewayConfiguration.Service("a", [dead.endpoint, old.endpoint], settings: settings)
        var before = configuration([both])
        before.routes = []
        try withGateway(before) { gateway in
            let first = try gateway.connect()
            try first.send(request("GET", "/first"))
            _ = try old.waitForRequests(1)
            let second = try gateway.connect()
            try second.send(request("GET", "/second"))
            var after = configuration([.init("a", [new.endpoint], settings: settings)])
            after.routes = []
            try gateway.reload(with: after)
            #expect(try second.readResponse().body.text == "new")
            gate.open()
            #expect(try first.readResponse().body.text == "old")
        }
        #expect(try old.finish().flatMap(\.requests).map(\.target) == ["/first"])
    }

    @Test func `a TLS connection to one of two virtual hosts goes on after a reload`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        let certificates = try ["limpet.test", "other.test"].map { name in
            let files = try TestCertificate(in: folder, name: name)
            return "{ certificate: \"\(files.certificate)\", key: \"\(files.key)\", names: [\"\(name)\"] }"
        }
        let section = "{ certificates: [ \(certificates.joined(separator: ", ")) ] }"
        var configuration = GatewayConfiguration(upstreams: [upstream], sections: ["tls": section])
        configuration.listeners = [.init(mode: "terminate")]
        try withGateway(configuration, folder: folder) { gateway in
            let crowd = try Crowd(of: gateway.endpoints[0], secure: true)
            let client = crowd.add(BusyClient(of: crowd, pause: .milliseconds(5)))
            #expect(try crowd.live { client.diary.statuses.count > 3 })
            try crowd.live { try gateway.reload() }
            let mark = client.diary.statuses.count
            #expect(try crowd.live { client.diary.statuses.count > mark + 5 })
            #expect(client.diary.isSpotless, "\(client.diary)")
        }
    }
}
