internal import TestSupport
internal import Testing

/// All streams of a connection, and all connections of its session, reach one owner.
@Suite(.logOnFailure)
struct StreamAffinityTests {
    /// How a client resumes.
    struct Kind: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What openssl is told.
        let arguments: [String]
        /// What the gateway is told.
        let resumption: String
        /// What the access log says.
        let name: String
    }

    static let kinds = [
        Kind(
            testDescription: "TLS 1.2 session ID", arguments: ["-tls1_2", "-no_ticket"], resumption: "both",
            name: "tls12-id"),
        Kind(
            testDescription: "TLS 1.2 ticket", arguments: ["-tls1_2"], resumption: "both",
            name: "tls12-ticket"),
        Kind(
            testDescription: "TLS 1.3 stateless ticket", arguments: ["-tls1_3"], resumption: "both",
            name: "tls13-stateless"),
        Kind(
            testDescription: "TLS 1.3 stateful ticket", arguments: ["-tls1_3"], resumption: "stateful",
            name: "tls13-stateful"),
    ]

    /// Three services, each of which answers with its name.
    private func withServices(
        _ kind: Kind, _ body: (GatewayProcess) throws -> Void
    ) throws {
        let upstreams = try (0..<3).map {
            try RecordingUpstream.answering(RecordingUpstream.response("portal-\($0)"))
        }
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        var configuration = GatewayConfiguration(upstreams: upstreams)
        configuration.listeners = [.init(mode: "terminate")]
        configuration.sections["tls"] = SecureSection.text(resumption: kind.resumption)
        try withGateway(configuration, folder: folder, body)
        for upstream in upstreams { upstream.stop() }
    }

    /// One visit by a connection that carries several requests; answers who has answered them, and whether openssl says
    /// that it has resumed.
    private func visit(
        _ gateway: GatewayProcess, _ kind: Kind, session: String, isFirst: Bool, requests: Int = 5
    ) throws -> (owners: Set<String>, isResumed: Bool) {
        let frames =
            Frame.preface + Frame.settings().bytes
            + (0..<requests).flatMap {
                Frame.headers(Frame.request(authority: "limpet.test"), on: UInt32($0 * 2 + 1)).bytes
            } + Frame(.goAway, [UInt8](repeating: 0, count: 8)).bytes
        let hexadecimal = frames.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let file = gateway.folder.file(session)
        var arguments = ["s_client", "-connect", gateway.endpoints[0].text, "-alpn", "h2", "-ign_eof"]
        arguments += kind.arguments + ["-sess_out", file] + (isFirst ? [] : ["-sess_in", file])
        let script = "printf '\(hexadecimal)' | openssl \(arguments.joined(separator: " "))"
        let said = try Command("bash", ["-c", script]).output
        let owners = (0..<3).map { "portal-\($0)" }.filter(said.contains)
        let count = said.components(between: "portal-")
        #expect(count == requests, "\(requests) answers")
        return (Set(owners), said.contains("\nReused, "))
    }

    @Test(arguments: kinds)
    func `twenty renewals in a row reach the owner with all their streams`(kind: Kind) throws {
        try withServices(kind) { gateway in
            var owners: [String: String] = [:]
            for client in ["a", "b", "c"] {
                let first = try visit(gateway, kind, session: client, isFirst: true)
                #expect(first.owners.count == 1 && !first.isResumed)
                owners[client] = first.owners.first
            }
            #expect(Set(owners.values).count >= 2, "not all to one")
            for round in 0..<60 {
                let client = ["a", "b", "c"][round % 3]
                let again = try visit(gateway, kind, session: client, isFirst: false, requests: 3)
                #expect(again.isResumed, "\(client) in round \(round)")
                #expect(again.owners == [owners[client] ?? ""], "\(client) in round \(round)")
            }
            let last = try #require(try gateway.accessRecords(195).last)
            #expect(last.text(AccessKey.protocolVersion) == "HTTP/2.0")
            #expect(last.text(AccessKey.resumption) == kind.name)
            #expect(last.text(AccessKey.reason) == "pinned")
        }
    }
}

extension String {
    /// How often `mark` occurs.
    fileprivate func components(between mark: String) -> Int {
        split(separator: mark, omittingEmptySubsequences: false).count - 1
    }
}
