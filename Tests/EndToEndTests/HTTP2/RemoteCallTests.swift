internal import TestSupport
internal import Testing

/// gRPC, with its own client and services: calls of all kinds, over TLS and without it.
@Suite(.logOnFailure)
struct RemoteCallTests {
    /// Runs `body` with a gateway in front of `count` services in Python.
    private func withServices(
        _ count: Int,
        _ body: (_ plain: String, _ secure: String, _ authority: String, GatewayProcess) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        // gRPC's own TLS does not know the name constraints of the development authority.
        let certificate = try TestCertificate(in: folder)
        let paths = (0..<max(1, count)).map { folder.file("service-\($0)") }
        let services = try (0..<count).map { number in
            try PythonProgram.start(
                "grpc_service.py", ["service-\(number)", "unix:\(paths[number])"], descriptors: [nil, nil, 2])
        }
        defer { for service in services { service.signal(9) } }
        var configuration = GatewayConfiguration([
            .init(
                "calls", paths.map { .unix(path: $0) },
                settings: [
                    "protocol": "h2c",
                    // Until a service has answered the first probe, calls wait.
                    "health": "{ type: tcp, interval: 100ms, timeout: 5s, rise: 1, fall: 1000 }",
                ])
        ])
        configuration.listeners = [.init(), .init(mode: "terminate")]
        configuration.routes = ["{ host: \"*\", path: /test.Bytes, service: calls }"]
        configuration.sections["tls"] = certificate.section
        try withGateway(configuration, folder: folder) { gateway in
            try body(
                gateway.endpoints[0].text, gateway.endpoints[1].text, certificate.certificate, gateway)
        }
    }

    @Test func `calls of all kinds pass, with their errors, deadlines, metadata and cancellations`() throws {
        try withServices(1) { plain, secure, authority, _ in
            _ = try PythonProgram.run("grpc_client.py", ["talk", plain])
            _ = try PythonProgram.run("grpc_client.py", ["talk", secure, authority])
        }
    }

    @Test func `all calls of a channel reach the owner of its session`() throws {
        try withServices(3) { _, secure, authority, _ in
            _ = try PythonProgram.run("grpc_client.py", ["owner", secure, authority])
        }
    }

    @Test func `an error of the gateway is one of gRPC`() throws {
        let listener = try Socket.listening()
        let place = Endpoint.ipv4(port: listener.port)
        listener.close()
        var configuration = GatewayConfiguration([
            .init("calls", [place], settings: ["protocol": "h2c", "health": "{ type: tcp, interval: 60s }"])
        ])
        configuration.services[0].settings["hold"] = "{ timeout: 100ms }"
        configuration.routes = ["{ host: \"*\", path: /test.Bytes, service: calls }"]
        try withGateway(configuration) { gateway in
            _ = try PythonProgram.run("grpc_client.py", ["down", gateway.endpoints[0].text])
        }
    }
}
