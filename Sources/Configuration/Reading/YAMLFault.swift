internal import Yams

/// What the YAML library finds wrong, in our form.
enum YAMLFault {
    /// The place and the sentence for an error of the library.
    static func describe(_ error: any Error, in text: String) -> (SourcePosition, String) {
        guard let fault = error as? YamlError else { return (.start, "YAML: \(Spelling.quoted("\(error)"))") }
        switch fault {
        case .composer(_, "but found another document", let mark, _):
            return (SourcePosition(mark), "YAML: a second document begins here, where one is expected")
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let position = SourcePosition(mark)
            return (
                position,
                "YAML: \(problem)\(clause(context))\(hint(problem, context, at: position, in: text))"
            )
        case .reader(let problem, let offset, _, _):
            return (Self.position(ofCharacter: offset ?? 0, in: text), "YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.prefix(3).map(Spelling.quoted).joined(separator: ", ")
            return (
                SourcePosition(context.mark), "duplicate key: \(names) stands more than once in one mapping"
            )
        default:
            return (.start, "YAML: the text could not be read")
        }
    }

    /// Where the library was when it met the problem.
    private static func clause(_ context: YamlError.Context?) -> String {
        guard let context, context.text.hasPrefix("while ") else { return "" }
        return " \(context.text) at \(context.mark)"
    }

    /// What most likely was meant.
    private static func hint(
        _ problem: String, _ context: YamlError.Context?, at position: SourcePosition, in text: String
    ) -> String {
        if context?.text.contains("alias") == true || problem.contains("alias") {
            return "; a value that begins with * needs quotes"
        }
        if context?.text.contains("anchor") == true { return "; a value that begins with & needs quotes" }
        switch character(at: position, in: text) {
        case "\t": return "; indent with spaces, not tabs"
        case "@", "`", "%": return "; a value that begins with this character needs quotes"
        default: return ""
        }
    }

    private static func character(at position: SourcePosition, in text: String) -> Unicode.Scalar? {
        var line = 1
        var column = 1
        for scalar in text.unicodeScalars {
            if line == position.line, column == position.column { return scalar }
            if line > position.line { return nil }
            column += 1
            if scalar == "\n" { (line, column) = (line + 1, 1) }
        }
        return nil
    }

    /// The place of the character (as Swift counts them) with that index.
    private static func position(ofCharacter index: Int, in text: String) -> SourcePosition {
        var position = SourcePosition.start
        for character in text.prefix(max(0, index)) {
            if character.isNewline {
                position = SourcePosition(line: position.line + 1, column: 1)
            } else {
                position.column += character.unicodeScalars.count
            }
        }
        return position
    }
}
