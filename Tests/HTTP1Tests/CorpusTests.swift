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

    @Test
    func `what asks for another protocol in the corpus, or agrees to one, is read the same in any pieces`()
        throws
    {
        for bytes in try inputs("Upgrade") {
            let head = Array(bytes.dropFirst())
            guard bytes.first.map({ $0 & 1 }) == 1 else {
                _ = readRequest(head)
                continue
            }
            let method: HTTP.Method = bytes[0] & 2 == 0 ? .get : .connect
            var parser = ResponseHeadParser()
            parser.reset(for: method, maySwitch: true)
            let whole = parser.parse(head.span)
            parser.reset(for: method, maySwitch: true)
            var result = HeadResult.incomplete
            for end in 0...head.count where result == .incomplete {
                result = parser.parse(head.span.extracting(first: end))
            }
            #expect(result == whole)
        }
    }

    @Test func `chunked bodies from the corpus are decoded the same in any pieces`() throws {
        for bytes in try inputs("Chunked") { _ = decodeChunks(bytes) }
    }
}
