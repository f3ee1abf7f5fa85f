import Configuration
import Foundation
import Platform
import Testing

@Suite
struct LoadingTests {
    /// Calls `body` with the path of a file of these bytes, in a folder of its own.
    private func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("limpet.yaml")
        try Data(bytes).write(to: file)
        return try body(file.path)
    }

    @Test
    func `a file is read`() throws {
        let text = Reading.text()
        let configuration = try withFile(Array(text.utf8)) { path in try GatewayConfiguration.load(path: path)
        }
        #expect(try configuration == Reading.value(text))
    }

    @Test
    func `relative paths start at the folder of the file`() throws {
        let text = """
            listeners:
              - { address: "unix:run/web.sock", mode: plain }
              - { address: "0.0.0.0:443" }
            tls: { certificates: [{ certificate: certs/a.pem, key: /etc/a.key }] }
            affinity: { cookie: { secret: ../secret } }
            services: { portal: { instances: [{ id: a@b, address: "unix:run/portal.sock" }] } }
            routes: [{ service: portal }]
            access-log: { path: log/access.log }
            administration: { socket: run/limpet.sock }
            """
        let configuration = try GatewayConfiguration.parse(text, file: "/etc/limpet/limpet.yaml")
        #expect(configuration.listeners.first?.address == .socket(.unix(path: "/etc/limpet/run/web.sock")))
        #expect(configuration.tls.certificates.first?.certificate == "/etc/limpet/certs/a.pem")
        #expect(configuration.tls.certificates.first?.writtenPath == "certs/a.pem")
        #expect(configuration.tls.certificates.first?.key == "/etc/a.key")
        #expect(configuration.affinity.cookie.secret == "/etc/limpet/../secret")
        #expect(
            configuration.services.first?.instances.first?.address
                == .socket(.unix(path: "/etc/limpet/run/portal.sock")))
        #expect(configuration.accessLog?.destination == .file("/etc/limpet/log/access.log"))
        #expect(configuration.administration.socket == "/etc/limpet/run/limpet.sock")
        let here = try GatewayConfiguration.parse(text, file: "limpet.yaml")
        #expect(here.tls.certificates.first?.certificate == "certs/a.pem")
        let below = try GatewayConfiguration.parse(text, file: "docs/limpet.yaml")
        #expect(below.tls.certificates.first?.certificate == "docs/certs/a.pem")
    }

    @Test
    func `what cannot be read is said`() throws {
        let missing = "/nonexistent/limpet.yaml"
        #expect(
            throws: ConfigurationError.unreadable(file: missing, reason: "read: No such file or directory")
        ) {
            _ = try GatewayConfiguration.load(path: missing)
        }
        #expect(throws: ConfigurationError.unreadable(file: "/", reason: "read: Is a directory")) {
            _ = try GatewayConfiguration.load(path: "/")
        }
        #expect(throws: ConfigurationError.self) { _ = try GatewayConfiguration.load(path: "") }
    }

    @Test
    func `bytes that are no UTF-8 are refused where they stand`() throws {
        try withFile(Array("node: a\nlog: ".utf8) + [0xc3, 0x28]) { path in
            let problem = ConfigurationProblem(
                file: path, position: SourcePosition(line: 2, column: 6), message: "this is not UTF-8")
            #expect(throws: ConfigurationError.refused(problems: [problem], omitted: 0)) {
                _ = try GatewayConfiguration.load(path: path)
            }
        }
    }

    @Test
    func `a file of more than a mebibyte is refused`() throws {
        try withFile([UInt8](repeating: UInt8(ascii: "#"), count: (1 << 20) + 1)) { path in
            let problem = ConfigurationProblem(
                file: path, position: .start, message: "the file must have at most 1MiB")
            #expect(throws: ConfigurationError.refused(problems: [problem], omitted: 0)) {
                _ = try GatewayConfiguration.load(path: path)
            }
        }
    }
}
