internal import Glibc
internal import TestSupport
internal import Testing

/// `limpet demo --stay`: what it offers to be tried by hand.
@Suite(.logOnFailure)
struct StayingDemoTests {
    /// The services that the answers in `text` name.
    private static func services(in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("portal-") }.map(String.init)
    }

    @Test func `the commands that the demo prints work as its comments say, until INT ends it`() throws {
        let demo = try TypingClient(
            GatewayBinary.path, ["demo", "--stay", "--clients", "5", "--connections", "10"])
        try demo.wait(for: "It stays until INT", until: Deadline(in: .seconds(120)))
        let offered = try #require(demo.said.split(separator: "To try by hand:").last)
        let commands = offered.split(separator: "\n").filter { !$0.hasPrefix("#") }.prefix(7).map(String.init)
        try #require(commands.count == 7, "\(commands)")
        let answers = try commands.map { try Command("bash", ["-c", $0]).output }

        // One client, one connection, three requests.
        #expect(Self.services(in: answers[0]).count == 3)
        #expect(Set(Self.services(in: answers[0])).count == 1)
        // TLS 1.2 by session ID, then by ticket.
        for answer in answers[1...2] {
            let handshakes = answer.split(separator: "\n").map { $0.prefix { $0 != "," } }
            #expect(handshakes == ["New"] + Array(repeating: "Reused", count: 5), "\(answer)")
        }
        // TLS 1.3: the second comes back to the service of the first, stateless and stateful.
        for (first, second) in [(3, 4), (5, 6)] {
            let service = Self.services(in: answers[first])
            #expect(service.count == 1)
            #expect(Self.services(in: answers[second]) == service)
        }

        #expect(try demo.end(by: SIGINT) == .exited(0))
        #expect(demo.said.contains("Every promise held."))
    }
}
