internal import TestSupport
internal import Testing

/// nghttpd as the services: HTTP/2 within TLS and without it, with the clients that people use.
@Suite(.logOnFailure)
struct RealStreamServiceTests {
    /// How the services are spoken to.
    enum Kind: String, CaseIterable {
        case secure = "h2"
        case chosen = "auto"
        case plain = "h2c"
    }

    /// Runs `body` with a gateway in front of three daemons. The page `/who` of each says who it is; what is posted comes
    /// back.
    private func withDaemons(
        _ kind: Kind, _ body: (_ address: String, GatewayProcess) throws -> Void
    ) throws {
        let certificates = try ServiceCertificates()
        let host = "127.\(Int.random(in: 100...200)).\(Int.random(in: 1...250))"
        let places = (1...3).map { "\(host).\($0)" }
        let daemons = try places.enumerated().map { number, place in
            try start(kind, number, at: place, certificates)
        }
        defer { for daemon in daemons { daemon.signal(9) } }
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        var settings = [
            "protocol": kind.rawValue,
            // Until a daemon listens, requests wait.
            "health": "{ type: tcp, interval: 50ms, timeout: 5s, rise: 1, fall: 1000 }",
            "hold": "{ timeout: 20s }",
        ]
        if kind != .plain {
            settings["tls"] = "{ ca: \"\(certificates.path("ca.pem"))\", name: portal.internal }"
        }
        var configuration = GatewayConfiguration([
            .init("portal", places.map { .ipv4(address: $0, port: 8080) }, settings: settings)
        ])
        configuration.listeners = [.init(mode: "terminate")]
        configuration.sections["tls"] = SecureSection.text()
        configuration.sections["affinity"] = "{ by: [tls-session, cookie], cookie: { name: owner } }"
        try withGateway(configuration, folder: folder) { gateway in
            NamedService.waitForAll(3, gateway)
            try body("https://\(gateway.endpoints[0].text)", gateway)
        }
    }

    private func start(
        _ kind: Kind, _ number: Int, at address: String, _ certificates: ServiceCertificates
    ) throws -> ChildProcess {
        let root = "pages-\(number)"
        _ = try Command("mkdir", [certificates.path(root)])
        try certificates.folder.write("portal-\(number)", to: "\(root)/who")
        let pair = kind == .plain ? [] : [certificates.path("good.key"), certificates.path("good.pem")]
        let options = ["-a", address, "-d", certificates.path(root), "--echo-upload"]
        return try ChildProcess(
            "/usr/sbin/nghttpd", options + (kind == .plain ? ["--no-tls"] : []) + ["8080"] + pair,
            descriptors: [nil, nil, 2])
    }

    @Test(arguments: Kind.allCases)
    func `curl reaches its owner again with its cookie, and what it sends comes back`(kind: Kind) throws {
        try withDaemons(kind) { address, gateway in
            var owners: Set<String> = []
            for visitor in 0..<4 {
                let jar = gateway.folder.file("cookies-\(visitor)")
                let visits = try (0..<4).map { _ in
                    try Command("curl", ["-sSk", "-c", jar, "-b", jar, "\(address)/who"]).output
                }
                #expect(Set(visits).count == 1 && visits[0].hasPrefix("portal-"), "\(visits)")
                owners.insert(visits[0])
            }
            #expect(owners.count > 1, "not all visitors to one service")
            let content = String(repeating: "0123456789abcdef", count: 20_000)
            let file = try gateway.folder.write(content, to: "content")
            let said = try Command("curl", ["-sSk", "--data-binary", "@\(file)", "\(address)/echo"]).output
            #expect(said == content)
        }
    }

    @Test(arguments: Kind.allCases)
    func `all streams of a connection reach one daemon, and no request fails`(kind: Kind) throws {
        try withDaemons(kind) { address, gateway in
            let load = ["-n", "1000", "-c", "8", "-m", "32", "\(address)/who"]
            let said = try Command("h2load", load, until: Deadline(in: .seconds(60))).output
            #expect(said.contains("1000 succeeded, 0 failed, 0 errored, 0 timeout"), "\(said)")
            #expect(said.contains("status codes: 1000 2xx"), "\(said)")
            try Owners.expectOne(gateway, requests: 1000, sessions: 8)
        }
    }
}
