import Foundation
import Testing

@testable import ProxyProtocol

/// Replays the inputs of the fuzz target; what once crashed lies among them.
@Suite struct CorpusTests {
    @Test func `headers from the corpus are judged the same in any pieces`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fuzz/Corpus/ProxyHeader")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files { _ = judge(Array(try Data(contentsOf: file))) }
    }
}
