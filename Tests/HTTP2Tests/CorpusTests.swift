import Foundation
import HTTP2
import TestSupport
import Testing

/// Replays the inputs of the fuzz target; what once crashed lies among them.
@Suite struct CorpusTests {
    private func inputs() throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fuzz/Corpus/Session")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        return try files.map { Array(try Data(contentsOf: $0)) }
    }

    @Test func `sessions from the corpus go the same way in any pieces`() throws {
        for bytes in try inputs() {
            let whole = try requests(bytes, inPieces: false)
            let pieces = try requests(bytes, inPieces: true)
            // After a client's GOAWAY the library reads what has come with it, and no more once nothing is open.
            for (id, text) in pieces { #expect(whole[id] == text) }
        }
    }

    private func requests(_ bytes: [UInt8], inPieces: Bool) throws -> [Int32: String] {
        let stage = try Stage(greets: false)
        stage.send(Frame.preface + Frame.settings().bytes + bytes, inPieces: inPieces)
        return stage.log.requests
    }
}
