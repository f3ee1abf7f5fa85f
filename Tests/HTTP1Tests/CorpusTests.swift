import Foundation
import HTTP
import Testing

@testable import HTTP1

/// Replays the inputs of the fuzz targets; what once crashed lies among them.
@Suite struct CorpusTests {
    private func inputs(_ target: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fuzz/Corpus/\(target)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        return try files.map { Array(try Data(contentsOf: $0)) }
    }

    @Test func `requests from the corpus are read the same in any pieces`() throws {
        for bytes in try inputs("Request") { _ = readRequest(bytes) }
    }

    @Test func `responses from the corpus are read the same in any pieces`() throws {
        for bytes in try inputs("Response") {
            let method: HTTP.Method = bytes.first.map { $0 & 1 } == 0 ? .get : .head
            _ = readResponse(Array(bytes.dropFirst()), to: method)
        }
    }

    @Test func `chunked bodies from the corpus are decoded the same in any pieces`() throws {
        for bytes in try inputs("Chunked") { _ = decodeChunks(bytes) }
    }
}
