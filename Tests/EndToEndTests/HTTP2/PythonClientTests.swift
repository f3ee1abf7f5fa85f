internal import Foundation
internal import TestSupport
internal import Testing

/// Clients of the libraries that programs in Python use for HTTP/2: each connection reaches one owner, and the next one
/// of the same session or with the same cookie reaches it again.
@Suite(.logOnFailure)
struct PythonClientTests {
    /// What `h2_client.py` says of a connection.
    private struct Connection: Decodable {
        struct Answer: Decodable {
            let status: Int
            let body: String
            let fields: [String: String]
        }

        let resumed: Bool
        let answers: [Answer]

        var owners: Set<String> { Set(answers.map { String($0.body.prefix { $0 != " " }) }) }
    }

    /// What `httpx_client.py` says of a connection.
    private struct Visit: Decodable {
        let versions: [String]
        let bodies: [String]
        let cookies: Int

        var owners: Set<String> { Set(bodies.map { String($0.prefix { $0 != " " }) }) }
    }

    /// Runs a program against three services, each of which answers with its name and what it was asked; `count` times,
    /// side by side with nobody.
    private func connections<Said: Decodable>(
        _ said: Said.Type, of program: String, count: Int, _ arguments: [String],
        sections: [String: String] = [:]
    ) throws -> [[Said]] {
        let upstreams = try (0..<3).map(NamedService.make)
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        var configuration = GatewayConfiguration(upstreams: upstreams, sections: sections)
        configuration.listeners = [.init(mode: "terminate")]
        configuration.sections["tls"] = SecureSection.text()
        var all: [[Said]] = []
        try withGateway(configuration, folder: folder) { gateway in
            NamedService.waitForAll(3, gateway)
            for _ in 0..<count {
                let common = ["\(gateway.endpoints[0].port)", folder.file("certs/ca.pem")]
                let output = try PythonProgram.run(program, common + arguments).output
                all.append(
                    try output.split(separator: "\n").map {
                        try JSONDecoder().decode(Said.self, from: Data($0.utf8))
                    })
            }
            for record in try gateway.accessRecords(count) {
                #expect(record.text(AccessKey.protocolVersion) == "HTTP/2.0")
            }
        }
        for upstream in upstreams { upstream.stop() }
        return all
    }

    @Test(arguments: ["1.2", "1.3"])
    func `h2 resumes its session, and all streams of all connections reach one owner`(version: String) throws
    {
        let all = try connections(Connection.self, of: "h2_client.py", count: 4, ["5", "12", version])
        for connections in all {
            #expect(connections.map(\.resumed) == [false, true, true, true, true])
            let owners = connections.reduce(into: Set<String>()) { $0.formUnion($1.owners) }
            #expect(owners.count == 1, "\(owners)")
            for (number, connection) in connections.enumerated() {
                #expect(connection.answers.map(\.status) == [Int](repeating: 200, count: 12))
                for (stream, answer) in connection.answers.enumerated() {
                    let asked =
                        stream % 3 == 2 ? "POST /\(number)/\(stream) 5000" : "GET /\(number)/\(stream) 0"
                    #expect(answer.body.hasSuffix(" " + asked), "\(answer.body)")
                    #expect(answer.fields["via"] == "1.1 test")
                    #expect(answer.fields["connection"] == nil && answer.fields["transfer-encoding"] == nil)
                }
            }
        }
        #expect(Set(all.compactMap { $0.first?.owners.first }).count > 1, "not all clients to one service")
    }

    @Test func `httpx comes back with its cookie, and all its requests reach one owner`() throws {
        let affinity = ["affinity": "{ by: [cookie] }"]
        let all = try connections(Visit.self, of: "httpx_client.py", count: 4, ["25"], sections: affinity)
        for visits in all {
            #expect(visits.map(\.versions) == [["HTTP/2"], ["HTTP/2"]])
            #expect(visits.map(\.cookies) == [1, 1])
            #expect(visits.map(\.bodies.count) == [26, 26])
            let owners = visits.reduce(into: Set<String>()) { $0.formUnion($1.owners) }
            #expect(owners.count == 1, "\(owners)")
        }
        #expect(Set(all.compactMap { $0.first?.owners.first }).count > 1, "not all clients to one service")
    }
}
