import Foundation
import HTTP2
import TestSupport
import Testing

/// Replays the inputs of the fuzz target; what once crashed lies among them.
@Suite struct CorpusTests {
    private func inputs(_ target: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fuzz/Corpus/\(target)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        return try files.map { Array(try Data(contentsOf: $0)) }
    }

    @Test func `sessions from the corpus go the same way in any pieces`() throws {
        for bytes in try inputs("Session") {
            let whole = try requests(bytes, inPieces: false)
            let pieces = try requests(bytes, inPieces: true)
            // After a client's GOAWAY the library reads what has come with it, and no more once nothing is open.
            for (id, text) in pieces { #expect(whole[id] == text) }
        }
    }

    @Test func `what services say in the corpus comes to the same in any pieces`() throws {
        for bytes in try inputs("Service") {
            let (whole, pieces) = (
                try responses(bytes, inPieces: false), try responses(bytes, inPieces: true)
            )
            for (all, some) in zip(whole, pieces) { #expect(all.hasPrefix(some)) }
        }
    }

    /// The heads of the responses to requests of all kinds.
    private func responses(_ bytes: [UInt8], inPieces: Bool) throws -> [String] {
        let stage = try RequestStage(greets: nil)
        stage.request()
        stage.request("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        stage.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", isLast: false)
        stage.request(isLast: false, tunnel: .webSocket(acceptance: [0x61]))
        stage.request("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", isLast: false, tunnel: .connect)
        stage.send(bytes: bytes, inPieces: inPieces)
        return stage.streams.map(\.text)
    }

    private func requests(_ bytes: [UInt8], inPieces: Bool) throws -> [Int32: String] {
        let stage = try Stage(greets: false)
        stage.send(Frame.preface + Frame.settings().bytes + bytes, inPieces: inPieces)
        return stage.log.requests
    }
}
