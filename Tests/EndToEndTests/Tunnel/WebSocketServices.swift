internal import TestSupport
internal import Testing

/// WebSocket services in Python behind a gateway that speaks plain HTTP on its first listener and TLS on its second.
struct WebSocketServices {
    private let sockets: [Socket]
    private let processes: [ChildProcess]
    private let certificates: ServiceCertificates?

    /// Starts `count` services, each with its number as its name; with `certificates` they speak TLS.
    init(_ count: Int, _ certificates: ServiceCertificates? = nil) throws {
        self.certificates = certificates
        let pair = certificates.map { [$0.path("good.pem"), $0.path("good.key")] } ?? []
        sockets = try (0..<count).map { _ in try Socket.listening() }
        processes = try sockets.enumerated().map { number, socket in
            try PythonProgram.start(
                "websocket_service.py", ["portal-\(number)"] + pair,
                descriptors: [nil, nil, 2, socket.descriptor])
        }
    }

    /// Runs `body` with a gateway; `keys` are those of its one route, `word` says what the services speak within TLS, and
    /// `listener` has further keys of the listener with TLS.
    func withListeners(
        keys: String = "upgrade: [websocket]", protocol word: String = "h1", listener: [String: String] = [:],
        _ body: (_ plain: String, _ secure: String, _ authority: String, GatewayProcess) throws -> Void
    ) throws {
        defer { for process in processes { process.signal(9) } }
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        let places = sockets.map { Endpoint.ipv4(port: $0.port) }
        var configuration = GatewayConfiguration([.init("portal", places)])
        if let certificates {
            configuration.services[0].settings["tls"] = "{ ca: \"\(certificates.path("ca.pem"))\" }"
            configuration.services[0].settings["protocol"] = word
        }
        configuration.listeners = [.init(), .init(mode: "terminate", settings: listener)]
        configuration.routes = ["{ host: \"*\", path: /, service: portal, \(keys) }"]
        configuration.sections["tls"] = SecureSection.text()
        configuration.sections["affinity"] = "{ by: [tls-session, cookie], cookie: { name: owner } }"
        try withGateway(configuration, folder: folder) { gateway in
            try body(
                "ws://\(gateway.endpoints[0].text)/chat", "wss://\(gateway.endpoints[1].text)/chat",
                folder.file("certs/ca.pem"), gateway)
        }
    }
}
