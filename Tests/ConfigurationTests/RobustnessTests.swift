import Configuration
import Foundation
import Testing

@Suite
struct RobustnessTests {
    private func example() throws -> [UInt8] {
        try Array(Data(contentsOf: URL(fileURLWithPath: Repository.root + "/docs/example.yaml")))
    }

    /// Reads whatever it is: this ends, and what is wrong is said in lines that a terminal can show.
    private func read(_ bytes: some Collection<UInt8>) {
        do {
            _ = try GatewayConfiguration.parse(String(decoding: bytes, as: UTF8.self), file: "test.yaml")
        } catch {
            guard case .refused(let problems, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(!problems.isEmpty)
            #expect(problems.allSatisfy { $0.message.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } })
        }
    }

    @Test
    func `every beginning of the example is read or refused`() throws {
        let bytes = try example()
        for end in stride(from: 0, through: bytes.count, by: 3) { read(bytes.prefix(end)) }
    }

    @Test
    func `the example with any byte changed is read or refused`() throws {
        let bytes = try example()
        let strange = Array("\0\n\t*&!%@[]{}:,#'\"|>-?~\u{7f}".utf8) + [0x80, 0xff]
        for index in stride(from: 0, to: bytes.count, by: 5) {
            var changed = bytes
            changed[index] = strange[(index / 5) % strange.count]
            read(changed)
        }
    }

    @Test
    func `the example without any one line is read or refused`() throws {
        let lines = try String(decoding: example(), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices {
            var left = lines
            left.remove(at: index)
            read(left.joined(separator: "\n").utf8)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a mebibyte of anything is read or refused in time`() {
        for pattern in [
            "a: 1\n", "- a\n", "[", "{", "\"", "'", "a\n", "? ", "!!a ", "&a ", "*a ", "| ", "# ", ": ",
            "a:\n",
        ] {
            let count = ConfigurationBounds.fileBytes / pattern.utf8.count
            read(String(repeating: pattern, count: count).utf8)
        }
        let keys = (0..<100_000).map { "k\($0): 1\n" }.joined()
        read(keys.utf8)
    }

    @Test
    func `what a fuzzer once found is read or refused`() throws {
        let folder = URL(fileURLWithPath: Repository.root + "/Tests/Fuzz/Corpus/Configuration")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files { read(try Array(Data(contentsOf: file))) }
    }
}
