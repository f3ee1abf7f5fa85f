import Glibc
import Platform
import Testing

/// Logs that are put aside before they grow too large.
struct RotatingFileTests {
    /// A path of its own in the temporary directory.
    private let path = "/tmp/limpet-test-\(SecureRandom.word()).log"

    private func write(_ text: String, to file: inout RotatingFile) throws {
        try file.append(Array(text.utf8).span)
    }

    private func text(_ number: Int = 0) throws -> String? {
        let bytes = try PrivateFile.read(place(number))
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    private func place(_ number: Int) -> String { number == 0 ? path : "\(path).\(number)" }

    /// All that there is, the newest first. A log is for its group, too: only what is ours alone can be read here.
    private func texts() throws -> [String] {
        var found: [String] = []
        for number in 0..<10 where unsafe access(place(number), F_OK) == 0 {
            _ = unsafe chmod(place(number), 0o600)
            found.append(try text(number) ?? "")
        }
        return found
    }

    private func removeAll() {
        for number in 0..<10 { _ = unsafe unlink(place(number)) }
    }

    @Test func `a log is put aside before it grows too large, and no piece is torn`() throws {
        defer { removeAll() }
        var file = try RotatingFile(path: path, limitBytes: 10, kept: 2)
        for piece in ["aaaa", "bbbb", "cccc", "dddd", "eeee"] { try write(piece, to: &file) }
        #expect(try texts() == ["eeee", "ccccdddd", "aaaabbbb"])
        // Larger than the limit alone: it has a log of its own.
        try write("ffffffffffffffff", to: &file)
        try write("g", to: &file)
        #expect(try texts() == ["g", "ffffffffffffffff", "eeee"])
    }

    @Test func `what was there before counts, and goes on`() throws {
        defer { removeAll() }
        do {
            var file = try RotatingFile(path: path, limitBytes: 10, kept: 1)
            try write("aaaaaaaa", to: &file)
        }
        var file = try RotatingFile(path: path, limitBytes: 10, kept: 1)
        try write("bb", to: &file)
        #expect(try texts() == ["aaaaaaaabb"])
        try write("c", to: &file)
        #expect(try texts() == ["c", "aaaaaaaabb"])
    }

    @Test func `where none is kept the log begins anew`() throws {
        defer { removeAll() }
        var file = try RotatingFile(path: path, limitBytes: 4, kept: 0)
        for piece in ["aaaa", "bbbb"] { try write(piece, to: &file) }
        #expect(try texts() == ["bbbb"])
    }

    @Test func `a log that somebody has removed begins anew, and older ones stay where they are`() throws {
        defer { removeAll() }
        var file = try RotatingFile(path: path, limitBytes: 4, kept: 3)
        for piece in ["aaaa", "bbbb", "cccc"] { try write(piece, to: &file) }
        #expect(try texts() == ["cccc", "bbbb", "aaaa"])
        _ = unsafe unlink(path)
        try write("dddd", to: &file)
        #expect(try texts() == ["dddd", "bbbb", "aaaa"])
        try write("eeee", to: &file)
        #expect(try texts() == ["eeee", "dddd", "bbbb", "aaaa"])
    }
}
