internal import TestSupport
internal import Testing

/// The clients that people use: curl, nghttp and h2load.
@Suite(.logOnFailure)
struct RealClientTests {
    /// A gateway with a secure listener and a plain one, in front of three services.
    private func withListeners(
        _ settings: [String: String] = [:], tls: String = SecureSection.text(),
        _ body: (_ secure: String, _ plain: String, GatewayProcess) throws -> Void
    ) throws {
        let upstreams = try (0..<3).map { _ in try RecordingUpstream.echoing() }
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        var configuration = GatewayConfiguration(upstreams: upstreams)
        configuration.listeners = [.init(mode: "terminate", settings: settings), .init(settings: settings)]
        configuration.sections["tls"] = tls
        configuration.sections["affinity"] = "{ by: [tls-session, cookie], cookie: { name: owner } }"
        try withGateway(configuration, folder: folder) { gateway in
            NamedService.waitForAll(3, gateway)
            try body("https://\(gateway.endpoints[0].text)", "http://\(gateway.endpoints[1].text)", gateway)
        }
        for upstream in upstreams { upstream.stop() }
    }

    private func curl(_ arguments: String...) throws -> String { try curl(arguments) }

    private func curl(_ arguments: [String]) throws -> String {
        try Command("curl", ["-sSk", "-o", "/dev/null", "-w", "%{http_version} %{http_code}"] + arguments)
            .output
    }

    @Test func `curl chooses HTTP/2 within TLS and may choose it without`() throws {
        try withListeners { secure, plain, gateway in
            #expect(try curl("--http2", "\(secure)/a") == "2 200")
            #expect(try curl("--http1.1", "\(secure)/b") == "1.1 200")
            #expect(try curl("--no-alpn", "\(secure)/c") == "1.1 200")
            #expect(try curl("--http2-prior-knowledge", "\(plain)/d") == "2 200")
            #expect(try curl("\(plain)/e") == "1.1 200")
            let records = try gateway.accessRecords(5)
            #expect(
                records.compactMap { $0.text(AccessKey.protocolVersion) }.sorted()
                    == ["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/2.0", "HTTP/2.0"])
        }
    }

    @Test func `a listener speaks what it is told to`() throws {
        try withListeners(["protocols": "[http/1.1]"]) { secure, _, _ in
            let offered = try curl("--http2", "\(secure)/a")
            #expect(offered == "1.1 200")
        }
        try withListeners(["protocols": "[h2]"]) { secure, _, _ in
            let offered = try curl("--http2", "\(secure)/a")
            let refused = try curl("--http1.1", "\(secure)/b")
            #expect(offered == "2 200" && refused == "0 000")
        }
    }

    @Test func `suites of TLS 1.2 that HTTP/2 forbids serve HTTP/1.1 alone`() throws {
        let weak = ["--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-SHA256"]
        let tls = SecureSection.text(ciphers: "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256")
        try withListeners(tls: tls) { secure, _, _ in
            let old = try curl(weak + ["--http1.1", "\(secure)/a"])
            let refused = try curl(weak + ["--http2", "\(secure)/b"])
            let strong = try curl(["--tls-max", "1.2", "--http2", "\(secure)/c"])
            #expect(old == "1.1 200" && refused != "2 200" && strong == "2 200")
        }
    }

    @Test func `nghttp gets many pages over one connection`() throws {
        try withListeners { secure, _, gateway in
            let pages = (0..<20).map { "\(secure)/page-\($0)" }
            let said = try Command("nghttp", ["-v", "-y"] + pages).output
            for page in pages { #expect(said.contains("GET \(page.dropFirst(secure.count))")) }
            #expect(!said.contains("RST_STREAM"))
            try Owners.expectOne(gateway, requests: 20, sessions: 1)
        }
    }

    @Test(arguments: [false, true])
    func `h2load gets an answer to every request`(isSecure: Bool) throws {
        try withListeners { secure, plain, gateway in
            let said = try Command(
                "h2load", ["-n", "2000", "-c", "8", "-m", "32", (isSecure ? secure : plain) + "/a"])
            #expect(said.output.contains("2000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(said.output)")
            #expect(said.output.contains("status codes: 2000 2xx"), "\(said.output)")
            // It keeps no cookie: without TLS each request is a session of its own.
            if isSecure { try Owners.expectOne(gateway, requests: 2000, sessions: 8) }
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func `curl reaches its owner again, with its cookie or over its connection`(version: String) throws {
        try withListeners { secure, _, gateway in
            for visitor in 0..<4 {
                let jar = gateway.folder.file("cookies-\(visitor)")
                for _ in 0..<2 {
                    let pages = (0..<3).flatMap { ["-o", "/dev/null", "\(secure)/\($0)"] }
                    let said = try Command("curl", ["-sSk", version, "-c", jar, "-b", jar] + pages)
                    #expect(said.ending == .exited(0), "\(said.errors)")
                }
            }
            try Owners.expectOne(gateway, requests: 24, sessions: 4)
        }
    }
}
