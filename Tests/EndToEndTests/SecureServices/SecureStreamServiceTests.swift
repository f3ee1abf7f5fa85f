internal import TestSupport
internal import Testing

/// Services that agree within TLS on what they speak: HTTP/2 where they have to, or what they choose.
@Suite(.logOnFailure)
struct SecureStreamServiceTests {
    private let certificates: ServiceCertificates

    init() throws {
        certificates = try ServiceCertificates()
    }

    private func service(_ protocols: String, certificate: String = "good") throws -> SecureService {
        try SecureService(certificates, certificate, ["--protocols", protocols])
    }

    /// A gateway of one worker.
    private func configuration(
        _ service: SecureService, protocol: String, health: String = "type: tcp", tls: String = "",
        more: [String: String] = [:]
    ) -> GatewayConfiguration {
        var settings = more
        settings["protocol"] = `protocol`
        settings["tls"] = "{ ca: \"\(certificates.path("ca.pem"))\"\(tls) }"
        settings["health"] = "{ \(health), interval: 50ms, timeout: 5s, rise: 1, fall: 1 }"
        settings["hold"] = "{ timeout: 20s }"
        var configuration = GatewayConfiguration([.init("portal", [service.endpoint], settings: settings)])
        configuration.sections["workers"] = "1"
        return configuration
    }

    /// The protocols of the connections that had requests; probes agree on none, or on `h2` where that is a must.
    private func protocols(_ service: SecureService) throws -> [String] {
        try service.connections().compactMap(\.protocol).filter { $0 != "" }
    }

    /// Sends a request on a connection of its own: the answer's status and body have to begin with `answer`.
    private func expect(
        _ answer: String, _ target: String, of gateway: GatewayProcess,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let client = try gateway.connect()
        defer { client.close() }
        try client.send(request("GET", target))
        let response = try client.readResponse()
        let said = "\(response.status) \(response.body.text)"
        #expect(said.hasPrefix(answer), sourceLocation: sourceLocation)
    }

    @Test func `within TLS requests become streams of the scheme https`() throws {
        let service = try service("h2,http/1.1")
        try withGateway(configuration(service, protocol: "h2")) { gateway in
            try expect("200 https", "/scheme", of: gateway)
            let client = try FrameClient(gateway.connect())
            let streams = try (0..<20).map { _ in try client.request("GET", "/scheme") }
            for stream in streams { #expect(try client.wait(for: stream).content.text == "https") }
            let large = String(repeating: "0123456789abcdef", count: 20_000)
            let sender = try gateway.connect()
            try sender.send(request("POST", "/", body: large))
            #expect(try sender.readResponse().body.text == large)
        }
        #expect(try Set(protocols(service)) == ["h2"])
    }

    @Test func `a WebSocket shares the connection of the requests`() throws {
        let service = try service("h2")
        var plan = configuration(service, protocol: "h2")
        plan.routes = ["{ host: \"*\", path: /, service: portal, upgrade: [websocket] }"]
        try withGateway(plan) { gateway in
            let client = try gateway.connect()
            _ = try client.openTunnel()
            #expect(try client.echo("hello") == "hello")
            try expect("200 https", "/scheme", of: gateway)
            #expect(try client.echo("again") == "again")
            client.finishSending()
            #expect(client.readToEnd().ending == .end)
            let record = try #require(try gateway.accessRecords(2).last)
            #expect(record.number(AccessKey.status) == 101 && record.values[AccessKey.cutOff] == nil)
        }
        let used = try service.connections().filter { $0.resumed != nil && $0.protocol == "h2" }
        #expect(!used.isEmpty)
    }

    @Test(arguments: ["http/1.1", ""])
    func `an instance that does not agree on HTTP/2 is not running, for that reason`(offer: String) throws {
        let service = try service(offer)
        try withGateway(configuration(service, protocol: "h2")) { gateway in
            let reason = "no application protocol was agreed on"
            #expect(
                gateway.waitForLog("-> notRunning (probe failed: TLS handshake failed (\(reason)))"))
            try expect("503", "/", of: gateway)
        }
    }

    @Test func `a request that finds no HTTP/2 there sees to it that no other one does`() throws {
        let service = try service("http/1.1")
        let other = try self.service("h2")
        let health = "type: tcp, port: \(other.endpoint.port)"
        try withGateway(configuration(service, protocol: "h2", health: health)) { gateway in
            #expect(gateway.waitForLog("starting -> running"))
            try expect("502", "/", of: gateway)
            let reason = "no application protocol was agreed on"
            #expect(gateway.waitForLog("running -> notRunning (TLS of a request failed: \(reason))"))
            try expect("503", "/", of: gateway)
        }
    }

    @Test(arguments: ["h2", "h2,http/1.1", "http/1.1", ""])
    func `with 'auto' all that wait for the first connection are served, whichever it is`(offer: String)
        throws
    {
        let service = try service(offer)
        let speaksHTTP2 = offer.hasPrefix("h2")
        try withGateway(configuration(service, protocol: "auto")) { gateway in
            let client = try FrameClient(gateway.connect())
            let streams = try (0..<20).map { number in
                try client.request(number % 2 == 0 ? "GET" : "POST", "/scheme")
            }
            for stream in streams {
                let answer = try client.wait(for: stream)
                #expect(answer.status == 200)
                #expect(answer.content.text == (speaksHTTP2 ? "https" : "ok"))
            }
            try expect("200 ok", "/", of: gateway)
        }
        let seen = try protocols(service)
        if speaksHTTP2 {
            #expect(seen == ["h2"], "one connection for all of them")
        } else {
            #expect(!seen.contains("h2"))
        }
    }

    @Test func `with 'auto' an instance may choose otherwise with a new connection`() throws {
        let service = try service("http/1.1")
        try withGateway(configuration(service, protocol: "auto")) { gateway in
            for (next, scheme) in [("h2,http/1.1", "ok"), ("http/1.1", "https"), ("h2", "ok"), ("", "https")]
            {
                try expect("200 \(scheme)", "/scheme", of: gateway)
                try expect("200 \(scheme)", "/scheme", of: gateway)
                try expect("204", "/become?\(next)", of: gateway)
            }
            try expect("200 ok", "/scheme", of: gateway)
        }
        #expect(try protocols(service) == ["http/1.1", "h2", "http/1.1", "h2"])
    }

    @Test func `without TLS 'auto' is HTTP/1.1`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: ["protocol": "auto"])) {
            gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange().status == 200)
        }
        let received = try upstream.finish().map { $0.received.text }.joined()
        #expect(received.hasPrefix("GET / HTTP/1.1\r\n"))
    }

    @Test(arguments: ["h2", "auto"])
    func `a handshake that fails is told to all who wait for it`(word: String) throws {
        let service = try service("h2", certificate: "stranger")
        let believed = try self.service("h2")
        let health = "type: tcp, port: \(believed.endpoint.port)"
        try withGateway(configuration(service, protocol: word, health: health)) { gateway in
            #expect(gateway.waitForLog("starting -> running"))
            let client = try FrameClient(gateway.connect())
            let streams = try (0..<10).map { _ in try client.request() }
            for stream in streams {
                let status = try client.wait(for: stream).status
                #expect(status == 502 || status == 503)
            }
        }
        #expect(try service.connections().allSatisfy { $0.first == 22 && $0.failure != nil })
    }

    @Test func `sessions are resumed with HTTP/2, too`() throws {
        let service = try service("h2")
        let plan = configuration(service, protocol: "h2", more: ["pool": "{ idle: 0 }"])
        try withGateway(plan) { gateway in
            for _ in 0..<4 { try expect("200 https", "/scheme", of: gateway) }
        }
        let resumed = try service.connections().filter { $0.protocol == "h2" && $0.resumed == true }
        #expect(resumed.count == 3, "those of the probes are not")
    }
}
