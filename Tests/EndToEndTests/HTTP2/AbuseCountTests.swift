internal import Foundation
internal import TestSupport
internal import Testing

/// What an operator sees of clients that were sent away.
@Suite(.logOnFailure)
struct AbuseCountTests {
    /// What each flood is counted as.
    private static let words: [Attack: String] = [
        .rapidReset: "resets", .madeYouReset: "provoked-resets", .continuations: "floods",
        .settings: "settings", .pings: "pings", .priorities: "priorities", .emptyFrames: "empty-frames",
        .headerBombs: "provoked-resets", .trailerBombs: "provoked-resets", .unknownFrames: "priorities",
        .priorityUpdates: "priorities", .strayData: "stray-frames", .strayHeaders: "stray-frames",
        .windowUpdates: "window-updates",
    ]

    private func withCounts(
        upstream: RecordingUpstream, _ body: (GatewayProcess, Counts) throws -> Void
    ) throws {
        let sections = [
            "administration": "{ socket: control.sock }", "timeouts": "{ send: 300ms, drain: 1s }",
        ]
        try withGateway(GatewayConfiguration(upstreams: [upstream], sections: sections)) { gateway in
            try body(gateway, Counts(file: gateway.folder.file("limpet.yaml")))
        }
        upstream.stop()
    }

    /// What `limpet status` says.
    private struct Counts {
        let file: String

        func all() throws -> [String: Int] {
            let said = try Command.limpet("status", "--json", "-c", file).output
            let document = try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any]
            let gateway = try #require(document?["gateway"] as? [String: Any], "\(said)")
            return try #require(gateway["abuse"] as? [String: Int], "\(said)")
        }

        /// Waits until one more has been counted as `word` than in `before`; nothing else may have been.
        func expectOneMore(_ word: String, than before: [String: Int], _ comment: String) throws {
            let wanted = before.merging([word: 1], uniquingKeysWith: +)
            let isSo = Deadline().poll { (try? all()) == wanted }
            let seen = try all()
            #expect(isSo, "\(comment): \(seen), before \(before)")
        }
    }

    @Test func `an attack raises the count of its kind, and no other`() throws {
        try withCounts(upstream: RecordingUpstream.answering()) { gateway, counts in
            var before = try counts.all()
            #expect(before.count == 10 && before.values.allSatisfy { $0 == 0 }, "\(before)")
            #expect(try !Command.limpet("status", "-c", counts.file).output.contains("abuse"))
            for attack in Attack.allCases where attack.isFlood {
                let word = try #require(Self.words[attack], "\(attack)")
                let client = try FrameClient(gateway.connect())
                // A reset of ours can overtake the goodbye, once the gateway has stopped to listen.
                _ = try? attack.play(on: client) { false }
                client.close()
                try counts.expectOneMore(word, than: before, "\(attack)")
                before = try counts.all()
            }
            let table = try Command.limpet("status", "-c", counts.file).output
            #expect(
                table.contains(
                    "\nsent away for abuse: empty-frames 1, floods 1, pings 1, priorities 3, provoked-resets 3, resets 1, "
                        + "settings 1, stray-frames 2, window-updates 1\n"), "\(table)")
        }
    }

    @Test func `who takes nothing of an answer is counted, by stream and by connection`() throws {
        let large = RecordingUpstream.response(String(repeating: "a", count: 64 << 20))
        try withCounts(upstream: RecordingUpstream.answering(large)) { gateway, counts in
            let before = try counts.all()
            let client = try FrameClient(gateway.connect(), settings: [(4, 0)])
            let stream = try client.request()
            #expect(try client.wait(for: stream).resetCode == 8)
            try counts.expectOneMore("slow-readers", than: before, "a stream")
            client.close()
            let after = try counts.all()
            let old = try gateway.connect(receiveBuffer: 4096)
            try old.send(request())
            try counts.expectOneMore("slow-readers", than: after, "a connection")
            old.close()
        }
    }
}
