internal import Foundation
internal import TestSupport
internal import Testing

/// `openssl s_client` in front of a gateway with TLS.
struct OpenSSLClient {
    let gateway: GatewayProcess

    /// Makes a handshake, sends `typed` if there is any, and leaves; answers all that openssl said.
    func run(_ arguments: [String], typing typed: String = "") throws -> Command {
        let client = [
            "openssl", "s_client", "-connect", gateway.endpoints[0].text, "-CAfile",
            gateway.folder.file("certs/ca.pem"),
        ]
        // printf(1) undoes what is escaped in the text.
        return try Command(
            "bash", ["-c", #"printf "$0" | "$@" 2>&1"#, typed] + client + arguments,
            until: Deadline(in: .seconds(20)))
    }

    /// What the gateway refused the handshake with; nil if it did not.
    func alert(_ arguments: [String]) throws -> Int? {
        let said = try run(arguments).output
        return said.split(separator: "SSL alert number ").dropFirst().first.flatMap {
            Int($0.prefix { $0.isNumber })
        }
    }

    /// Asks for `path`, resuming the session of `session` if there is one, and keeping the new one there.
    func visit(_ path: String, session: String, fields: String = "", _ arguments: String...) throws -> Visit {
        try visit(path, session: session, fields: fields, arguments)
    }

    /// The same with arguments that come as a list.
    func visit(_ path: String, session: String, fields: String = "", _ arguments: [String]) throws -> Visit {
        let file = gateway.folder.file(session)
        let offers = FileManager.default.fileExists(atPath: file) ? ["-sess_in", file] : []
        let request =
            #"GET \#(path) HTTP/1.1\r\nHost: limpet.test\r\nConnection: close\r\n\#(fields)\r\n"#
        let said = try run(arguments + ["-ign_eof", "-sess_out", file] + offers, typing: request).output
        return Visit(said: said)
    }

    /// What came of a visit.
    struct Visit {
        let said: String

        /// Whether the session was resumed.
        var isResumed: Bool { said.contains("\nReused, ") }

        /// Who answered.
        var owner: String? { field("X-Served-By") }

        /// The cookie that the gateway gave, as a client sends it back.
        var cookie: String? {
            field("Set-Cookie").flatMap { $0.split(separator: ";").first.map(String.init) }
        }

        private func field(_ name: String) -> String? {
            let lines = said.split(whereSeparator: \.isNewline)
            let line = lines.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }
    }
}

/// Runs `body` with a gateway whose first listener terminates TLS with the development certificates.
func withSecureGateway(
    _ names: [String] = ["server", "server-rsa", "other"], tls: String = "", listener: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (OpenSSLClient, RecordingUpstream) throws -> Void
) throws {
    let upstream = try RecordingUpstream.echoing()
    let folder = try TemporaryFolder()
    try DevelopmentCertificates.copy(into: folder)
    var configuration = GatewayConfiguration(upstreams: [upstream])
    configuration.listeners = [.init(mode: "terminate", settings: listener)]
    configuration.sections["tls"] = SecureSection.text(names, more: tls)
    try withGateway(configuration, folder: folder, sourceLocation: sourceLocation) { gateway in
        try body(OpenSSLClient(gateway: gateway), upstream)
    }
    upstream.stop()
}
