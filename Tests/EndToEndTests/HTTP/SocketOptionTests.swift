internal import TestSupport
internal import Testing

/// What the kernel is told about sockets.
@Suite(.logOnFailure)
struct SocketOptionTests {
    @Test func `small writes leave at once, to clients and to services`() throws {
        let upstream = try RecordingUpstream.answering()
        let port = upstream.endpoint.port
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let clients = try (0..<3).map { _ in try gateway.connect() }
            for client in clients {
                try client.send(request())
                #expect(try client.readResponse().status == 200)
            }
            let said = try PythonProgram.run(
                "socket_options.py", ["\(gateway.identifier)", "\(gateway.endpoints[0].port)", "\(port)"])
            let lines = said.output.split(separator: "\n").map(String.init)
            #expect(lines.filter { $0 == "\(gateway.endpoints[0].port) client 1" }.count == 3, "\(lines)")
            #expect(lines.contains("\(port) upstream 1"))
            #expect(!lines.contains { $0.hasSuffix(" 0") }, "\(lines)")
        }
        upstream.stop()
    }

    @Test(arguments: [(nil, 4096), (77, 77)] as [(Int?, Int)])
    func `the kernel keeps as many connections as configured until they are accepted`(
        configured: Int?, expected: Int
    ) throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        let settings = configured.map { ["backlog": "\($0)"] } ?? [:]
        configuration.listeners = [.init(.opened(.ipv4(port: 0)), settings: settings)]
        try withGateway(configuration) { gateway in
            let said = try Command("ss", ["-Hltn", "sport = :\(gateway.endpoints[0].port)"]).output
            // State, connections that wait, and how many may.
            let lines = said.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(lines.count == 2, "a socket for each worker: \(said)")
            let most = try #require(Int(try String(contentsOfSystemFile: "/proc/sys/net/core/somaxconn")))
            #expect(lines.allSatisfy { $0.count > 2 && $0[2] == "\(min(expected, most))" }, "\(said)")
        }
        upstream.stop()
    }
}

extension String {
    /// The first line of a file of the system.
    fileprivate init(contentsOfSystemFile path: String) throws {
        let said = try Command("cat", [path]).output
        self = said.split(separator: "\n").first.map(String.init) ?? ""
    }
}
