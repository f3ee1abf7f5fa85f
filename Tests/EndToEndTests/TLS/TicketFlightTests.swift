internal import Foundation
internal import TestSupport
internal import Testing

/// A TLS 1.3 ticket is issued once the owner is known: one for a connection, with the first response.
@Suite(.logOnFailure)
struct TicketFlightTests {
    private static let ticket = "NewSessionTicket"

    @Test(arguments: ["both", "stateful"])
    func `one ticket comes with the first response, and none before or after`(resumption: String) throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                if request.target == "/first" { try gate.wait() }
                try connection.send(RecordingUpstream.response(request.target))
            }
        }
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(mode: "terminate")]
        configuration.sections["tls"] = SecureSection.text(resumption: resumption)
        try withGateway(configuration, folder: folder) { gateway in
            let session = folder.file("session")
            let arguments = [
                "s_client", "-connect", gateway.endpoints[0].text, "-tls1_3", "-msg", "-ign_eof", "-sess_out",
                session,
            ]
            let client = try TypingClient("openssl", arguments)
            try client.type("GET /first HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
            _ = try upstream.waitForRequests(1)
            #expect(!client.said.contains(Self.ticket), "the owner has not answered yet")
            gate.open()
            try client.wait(for: "\r\n\r\n/first")
            #expect(client.said.count(of: Self.ticket) == 1)
            let position = try #require(client.said.range(of: Self.ticket)?.lowerBound)
            let response = try #require(client.said.range(of: "HTTP/1.1 200")?.lowerBound)
            #expect(position < response, "it comes before the response, in the same flight")
            for path in ["/second", "/third"] {
                try client.type("GET \(path) HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
                try client.wait(for: "\r\n\r\n\(path)")
            }
            #expect(client.said.count(of: Self.ticket) == 1, "one for a connection")
            try client.end()

            let again = try TypingClient("openssl", arguments + ["-sess_in", session])
            try again.type("GET /again HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
            try again.wait(for: "\r\n\r\n/again")
            #expect(again.said.contains("Reused, TLSv1.3"))
            #expect(again.said.count(of: Self.ticket) == 1, "a resumed connection gets a new one")
            try again.end()
        }
        upstream.stop()
    }
}

extension String {
    /// How often `mark` occurs.
    fileprivate func count(of mark: String) -> Int {
        components(separatedBy: mark).count - 1
    }
}
