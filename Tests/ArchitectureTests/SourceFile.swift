/// One Swift file, with its code told apart from its comments and texts.
struct SourceFile {
    /// The path from the root of the package.
    let path: String
    /// The lines as they stand.
    let lines: [Substring]
    /// The lines with comments, string literals and raw identifiers blanked.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        var lexer = CodeLexer(text)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = lexer.code().split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The folder below `Sources` or `Tests` that the file is in.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// The modules that the file imports, each with its line from 1.
    var imports: [(module: String, line: Int)] {
        code.enumerated().compactMap { index, line in
            guard let module = SourceFile.importedModule(line) else { return nil }
            return (module, index + 1)
        }
    }

    /// The lines from 1 on which `text` stands in code.
    func lines(with text: String) -> [Int] {
        code.enumerated().filter { $0.element.contains(text) }.map { $0.offset + 1 }
    }

    /// `internal import struct Glibc.stat` -> "Glibc".
    private static func importedModule(_ line: Substring) -> String? {
        var words = line.split { $0 == " " || $0 == "\t" }[...]
        let before: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
        while let word = words.first, word.hasPrefix("@") || before.contains(word) { words.removeFirst() }
        guard words.popFirst() == "import", var name = words.popFirst() else { return nil }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
        ]
        if kinds.contains(name) {
            guard let next = words.popFirst() else { return nil }
            name = next
        }
        return name.split { $0 == "." || $0 == ";" }.first.map(String.init)
    }
}
