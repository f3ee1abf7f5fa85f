import Testing

struct CodeLexerTests {
    private func code(_ text: String) -> String {
        var lexer = CodeLexer(text)
        return lexer.code()
    }

    @Test(arguments: [
        ("a // import B\nc", "a            \nc"),
        ("a /* b /* c */ d */ e", "a                   e"),
        ("let a = \"import B\"", "let a =           "),
        ("\"a \\\" b\" c", "         c"),
        ("\"a \\(b(\"c\") + d) e\" f", "     b(   ) + d     f"),
        ("#\"a \" \\( b\"# c", "             c"),
        ("#\"a \\#(b) c\"# d", "       b      d"),
        ("\"\"\"\na \" b\n\"\"\" c", "   \n     \n    c"),
        ("func `a \"bare\" LF`() {}", "func              () {}"),
        ("a /* never closed\nb", "a                \n "),
        ("\"never closed\na", "             \na"),
    ])
    func `comments, texts and raw identifiers are blanked, code stays`(text: String, expected: String) {
        #expect(code(text) == expected)
    }

    @Test func `every spelling of an import is understood`() {
        let file = SourceFile(
            path: "Sources/A/B.swift",
            text: """
                import One
                internal import Two
                @testable import Three
                @_exported public import struct Four.Thing
                // import Five
                let text = "import Six"
                \tpackage import Seven
                """)
        #expect(file.imports.map(\.module) == ["One", "Two", "Three", "Four", "Seven"])
        #expect(file.imports.map(\.line) == [1, 2, 3, 4, 7])
        #expect(file.module == "A")
    }
}
