internal import Foundation
internal import TestSupport
internal import Testing

/// Where paths of one host lead to different services, the first request of a connection decides, and a session carries
/// the owners at all of them.
@Suite(.logOnFailure) struct PathAffinityTests {
    @Test(arguments: StreamAffinityTests.kinds)
    func `a session has an owner at each service that its host leads to`(kind: StreamAffinityTests.Kind)
        throws
    {
        try withPathStage(resumption: kind.resumption) { stage in
            var owners: Set<String> = []
            for client in ["a", "b", "c", "d"] {
                let visit = { (path: String) in
                    try stage.client.visit(path, session: client, kind.arguments)
                }
                let one = try visit("/one")
                let two = try visit("/two")
                #expect(!one.isResumed && two.isResumed)
                #expect(one.owner?.hasPrefix("one") == true && two.owner?.hasPrefix("two") == true)
                for _ in 0..<3 {
                    for (path, owner) in [("/one", one.owner), ("/two", two.owner)] {
                        let again = try visit(path)
                        #expect(again.isResumed && again.owner == owner, "\(client) \(path)")
                    }
                }
                owners.formUnion([one.owner, two.owner].compactMap(\.self))
            }
            #expect(owners.count > 2, "all to one instance of each service: \(owners)")
            #expect(try stage.line(of: "/two").text(AccessKey.resumption) == kind.name)
            #expect(try stage.line(of: "/two").text(AccessKey.reason) == "pinned")
        }
    }

    @Test func `a ticket that another connection has added a pin to is the only one of its connection`()
        throws
    {
        try withPathStage { stage in
            _ = try stage.client.visit("/one", session: "session", ["-tls1_3"])
            try stage.copy("session", to: "other")
            _ = try stage.client.visit("/two", session: "other", ["-tls1_3"])
            // The pin at the second service comes into this ticket from the table, as it is written.
            let request = #"GET /one HTTP/1.1\r\nHost: limpet.test\r\n"#
            let both = request + #"\r\n"# + request + #"Connection: close\r\n\r\n"#
            let said = try stage.client.run(
                ["-tls1_3", "-msg", "-ign_eof", "-sess_in", stage.gateway.folder.file("session")],
                typing: both
            ).output
            #expect(said.components(separatedBy: "X-Served-By").count == 3, "two answers: \(said)")
            #expect(said.components(separatedBy: "NewSessionTicket").count == 2, "one ticket: \(said)")
        }
    }

    @Test func `a second ticket comes on the same connection when its pin has moved`() throws {
        try withPathStage { stage in
            let session = stage.gateway.folder.file("session")
            let client = try TypingClient(
                "openssl",
                [
                    "s_client", "-connect", stage.gateway.endpoints[0].text, "-tls1_3", "-msg", "-ign_eof",
                    "-sess_out", session,
                ])
            try client.type("GET /one HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
            try client.wait(for: "\r\n\r\none-")
            let owner = client.said.contains("\r\n\r\none-0") ? "one-0" : "one-1"
            let other = owner == "one-0" ? "one-1" : "one-0"
            stage.stop(owner)
            try client.type("GET /one?again HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
            try client.wait(for: "\r\n\r\n\(other)")
            #expect(client.said.components(separatedBy: "NewSessionTicket").count == 3, "two tickets")
            try client.end()
            #expect(try stage.line(of: "/one?again").text(AccessKey.reason) == "owner-down")
            let again = try stage.client.visit("/one?later", session: "session", ["-tls1_3"])
            #expect(again.isResumed && again.owner == other)
            #expect(try stage.line(of: "/one?later").text(AccessKey.reason) == "pinned")
        }
    }
}
