internal import TestSupport
internal import Testing

/// TLS towards the services: who is believed, who is not and what is said then, and what the services see of us.
@Suite(.logOnFailure)
struct SecureServiceTests {
    private let certificates: ServiceCertificates

    init() throws {
        certificates = try ServiceCertificates()
    }

    private func configuration(
        _ service: SecureService, tls: String, health: String = "type: tls", more: [String: String] = [:]
    ) -> GatewayConfiguration {
        var settings = more
        settings["tls"] = "{ \(tls) }"
        settings["health"] = "{ \(health), interval: 50ms, timeout: 5s, rise: 1, fall: 1 }"
        settings["hold"] = "{ timeout: 20s }"
        return GatewayConfiguration([.init("portal", [service.endpoint], settings: settings)])
    }

    private var trusted: String { "ca: \"\(certificates.path("ca.pem"))\"" }

    /// Sends a request on a connection of its own: the answer's status and body have to begin with `answer`.
    private func expect(
        _ answer: String, of gateway: GatewayProcess, sending body: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(
            try self.answer(of: gateway, sending: body).hasPrefix(answer), sourceLocation: sourceLocation)
    }

    /// Status and content of the response to a request.
    private func answer(of gateway: GatewayProcess, sending body: String = "") throws -> String {
        let client = try gateway.connect()
        defer { client.close() }
        try client.send(body.isEmpty ? request() : request("POST", "/", body: body))
        let response = try client.readResponse()
        return "\(response.status) \(response.body.text)"
    }

    // MARK: Believed

    @Test(arguments: ["1.2", "1.3"])
    func `a service that verifies is spoken to, and nothing is sent in plain`(newest: String) throws {
        let service = try SecureService(certificates, "good", ["--newest", newest])
        try withGateway(configuration(service, tls: trusted)) { gateway in
            try expect("200 ok", of: gateway)
            try expect("200 hello", of: gateway, sending: "hello")
            let large = String(repeating: "0123456789abcdef", count: 20_000)
            try expect("200 \(large)", of: gateway, sending: large)
        }
        let seen = try service.connections()
        // A probe may end with the gateway, in the middle of its handshake.
        #expect(Set(seen.compactMap(\.version)) == ["TLSv\(newest)"])
        #expect(seen.allSatisfy { $0.first == 22 })
    }

    @Test func `the service sees the name that it is asked for, and which protocol`() throws {
        let service = try SecureService(certificates)
        let names = "name: portal.internal, server-name: front.internal"
        try withGateway(configuration(service, tls: "\(trusted), \(names)")) { gateway in
            try expect("200 ok", of: gateway)
        }
        let used = try #require(try service.connections().last { $0.protocol == "http/1.1" })
        #expect(used.name == "front.internal")
    }

    @Test func `the expected name is asked for unless it is an address`() throws {
        let service = try SecureService(certificates)
        try withGateway(configuration(service, tls: "\(trusted), name: portal.internal")) { gateway in
            try expect("200 ok", of: gateway)
        }
        // A probe may end with the gateway, in the middle of its handshake: that has no name.
        #expect(try Set(service.connections().compactMap(\.name)) == ["portal.internal"])
        let plain = try SecureService(certificates)
        try withGateway(configuration(plain, tls: trusted)) { gateway in
            try expect("200 ok", of: gateway)
        }
        #expect(try Set(plain.connections().compactMap(\.name)) == [""])
    }

    @Test(arguments: ["1.2", "1.3"])
    func `sessions are resumed, unless that is off`(newest: String) throws {
        for (isOn, key) in [(true, "true"), (false, "false")] {
            let service = try SecureService(certificates, "good", ["--newest", newest])
            let tls = "\(trusted), resumption: \(key)"
            var plan = configuration(service, tls: tls, more: ["pool": "{ idle: 0 }"])
            plan.sections["workers"] = "1"
            try withGateway(plan) { gateway in
                for _ in 0..<4 { try expect("200 ok", of: gateway) }
            }
            let used = try service.connections().filter { $0.protocol == "http/1.1" }
            #expect(used.count == 4)
            #expect(used.map(\.resumed) == [false, isOn, isOn, isOn])
        }
    }

    @Test func `connections are kept and used again, tickets that come unasked notwithstanding`() throws {
        let service = try SecureService(certificates)
        var plan = configuration(service, tls: trusted)
        plan.sections["workers"] = "1"
        try withGateway(plan) { gateway in
            for _ in 0..<8 { try expect("200 ok", of: gateway) }
        }
        #expect(try service.connections().filter { $0.protocol == "http/1.1" }.count == 1)
    }

    @Test func `a service that asks for a certificate gets ours`() throws {
        let service = try SecureService(
            certificates, "good", ["--client-ca", certificates.path("ca.pem")])
        let ours =
            "certificate: \"\(certificates.path("gateway.pem"))\", key: \"\(certificates.path("gateway.key"))\""
        try withGateway(configuration(service, tls: "\(trusted), \(ours)")) { gateway in
            try expect("200 ok", of: gateway)
        }
        #expect(try Set(service.connections().compactMap(\.client)) == ["gateway"])
    }

    @Test func `an HTTP probe speaks TLS where the service does`() throws {
        let service = try SecureService(certificates)
        let plan = configuration(service, tls: trusted, health: "path: /healthz, expect: 200")
        try withGateway(plan) { gateway in
            try expect("200 ok", of: gateway)
            #expect(gateway.waitForLog("starting -> running"))
        }
        #expect(try service.connections().allSatisfy { $0.first == 22 })
    }

    @Test func `an answer that may be cut off is not passed on as whole`() throws {
        let service = try SecureService(certificates)
        try withGateway(configuration(service, tls: trusted)) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/cut"))
            let text = client.readToEnd().bytes.text
            #expect(text.contains("part") && !text.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func `what a service sends together with its answer, unasked, answers nothing`() throws {
        let service = try SecureService(certificates)
        var plan = configuration(service, tls: trusted)
        plan.sections["workers"] = "1"
        try withGateway(plan) { gateway in
            let client = try gateway.connect()
            for _ in 0..<4 {
                try client.send(request("GET", "/twice"))
                #expect(try client.readResponse().body.text == "first")
                try client.send(request("GET", "/hello"))
                #expect(try client.readResponse().body.text == "ok")
            }
        }
    }

    @Test func `the ends of a tunnel are said on both sides before the connection ends`() throws {
        let service = try SecureService(certificates)
        var plan = configuration(service, tls: trusted)
        plan.routes = ["{ host: \"*\", path: /, service: portal, upgrade: [echo] }"]
        try withGateway(plan) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/tunnel", fields: "Connection: Upgrade\r\nUpgrade: echo\r\n"))
            #expect(try client.readHead().status == 101)
            #expect(try client.echo("hello") == "hello")
            client.finishSending()
            #expect(client.readToEnd().ending == .end)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.values[AccessKey.cutOff] == nil)
        }
        #expect(try service.connections().contains { $0.end == "in order" })
    }

    @Test func `what a service says before it ends a tunnel without a goodbye is passed on`() throws {
        let service = try SecureService(certificates)
        var plan = configuration(service, tls: trusted)
        plan.routes = ["{ host: \"*\", path: /, service: portal, upgrade: [echo] }"]
        try withGateway(plan) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/tunnel", fields: "Connection: Upgrade\r\nUpgrade: echo\r\n"))
            #expect(try client.readHead().status == 101)
            let text = String(repeating: "0123456789", count: 1_000) + "cut"
            try client.send(text)
            #expect(client.readToEnd().bytes.text == text)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.values[AccessKey.cutOff] == .flag(true))
        }
    }

    // MARK: Not believed

    /// What is wrong, the certificate that is shown, the keys of `tls`, and what the log says.
    private static let doubtful: [(String, String, String, String)] = [
        ("the wrong name", "other", "name: portal.internal", "hostname mismatch"),
        ("the wrong address", "other", "", "IP address mismatch"),
        ("an unknown authority", "stranger", "", "unable to get local issuer certificate"),
        ("a certificate that has expired", "old", "", "certificate has expired"),
    ]

    @Test(arguments: doubtful.indices)
    func `a service that does not verify is not running, for that reason`(index: Int) throws {
        let (_, certificate, keys, reason) = Self.doubtful[index]
        let service = try SecureService(certificates, certificate)
        let tls = keys.isEmpty ? trusted : "\(trusted), \(keys)"
        try withGateway(configuration(service, tls: tls)) { gateway in
            #expect(gateway.waitForLog("-> notRunning (probe failed: TLS handshake failed"))
            #expect(gateway.log.contains(reason))
            try expect("503", of: gateway)
        }
        #expect(try service.connections().allSatisfy { $0.first == 22 && $0.failure != nil })
    }

    @Test func `a certificate that changes for the worse is noticed where the requests go`() throws {
        let service = try SecureService(certificates, "other")
        let believed = try SecureService(certificates)
        var plan = configuration(
            service, tls: trusted, health: "type: tls, port: \(believed.endpoint.port)")
        plan.sections["workers"] = "1"
        try withGateway(plan) { gateway in
            #expect(gateway.waitForLog("starting -> running"))
            try expect("502", of: gateway, sending: "secret")
            // At once, and not for the probes, which still find all in order.
            let reason = "the certificate does not verify: IP address mismatch"
            #expect(gateway.waitForLog("running -> notRunning (TLS of a request failed: \(reason)"))
            try expect("503", of: gateway, sending: "secret")
        }
        #expect(try service.connections().allSatisfy { $0.first == 22 && $0.failure != nil })
    }

    @Test(arguments: ["1.2", "1.3"])
    func `a service that refuses us is not running as soon as a request has found out`(newest: String) throws
    {
        let service = try SecureService(
            certificates, "good", ["--client-ca", certificates.path("ca.pem"), "--newest", newest])
        let lenient = try SecureService(certificates)
        var plan = configuration(
            service, tls: trusted, health: "type: tls, port: \(lenient.endpoint.port)")
        plan.sections["workers"] = "1"
        try withGateway(plan) { gateway in
            #expect(gateway.waitForLog("starting -> running"))
            try expect("502", of: gateway, sending: "secret")
            #expect(gateway.waitForLog("running -> notRunning (TLS of a request failed: "))
            try expect("503", of: gateway, sending: "secret")
        }
    }

    @Test(arguments: ["1.2", "1.3"])
    func `without our certificate a service that asks for it is not running`(newest: String) throws {
        let service = try SecureService(
            certificates, "good", ["--client-ca", certificates.path("ca.pem"), "--newest", newest])
        try withGateway(configuration(service, tls: trusted)) { gateway in
            #expect(gateway.waitForLog("-> notRunning (probe failed: TLS handshake failed"))
            try expect("503", of: gateway)
        }
    }

    @Test func `with 'verify: false' whoever answers is believed`() throws {
        let service = try SecureService(certificates, "stranger")
        try withGateway(configuration(service, tls: "verify: false")) { gateway in
            try expect("200 ok", of: gateway)
        }
    }

    // MARK: Files

    @Test func `a reload reads the files again`() throws {
        let service = try SecureService(certificates, "stranger")
        let authorities = certificates.path("trusted.pem")
        let copied = try Command("cp", [certificates.path("ca.pem"), authorities])
        #expect(copied.ending == .exited(0))
        let plan = configuration(service, tls: "ca: \"\(authorities)\"")
        try withGateway(plan) { gateway in
            #expect(gateway.waitForLog("-> notRunning"))
            _ = try Command("cp", [certificates.path("nobody.pem"), authorities])
            try gateway.reload()
            #expect(gateway.waitForLog("-> running"))
            // The workers hear of it a moment after the log.
            let isServed = try Deadline().poll { try answer(of: gateway).hasPrefix("200 ok") }
            #expect(isServed)
        }
    }

    /// The keys of `tls`, and what `limpet check` names.
    private static let unsuitable: [(String, String)] = [
        ("ca: none.pem", "none.pem"),
        ("ca: ca.key", "ca.key"),
        ("certificate: good.pem, key: none.key", "none.key"),
        ("certificate: good.pem, key: other.key", "does not belong"),
        ("certificate: old.pem, key: old.key", "expired"),
        ("certificate: good.pem", "'key'"),
        ("verify: false, ca: ca.pem", "'ca'"),
        ("minimum-version: \"1.1\"", "1.1"),
        ("sni: a.test", "sni"),
    ]

    @Test(arguments: unsuitable.indices)
    func `check finds files and settings that do not fit`(index: Int) throws {
        let (keys, found) = Self.unsuitable[index]
        let text = """
            listeners:
              - { address: "127.0.0.1:0", mode: plain }
            services:
              portal:
                tls: { \(keys) }
                instances:
                  - { id: portal-1@a, address: "127.0.0.1:9" }
            routes:
              - { host: "*", path: /, service: portal }

            """
        let checked = try Command.limpet(
            "check", "-c", try certificates.folder.write(text, to: "limpet.yaml"))
        #expect(checked.ending == .exited(1))
        #expect((checked.errors + checked.output).contains(found), "\(checked.errors)")
    }
}
