/// Blanks what is not code in a Swift file: comments, the text of string literals (of all four forms) and raw
/// identifiers. Lines and columns stay as they were; code within an interpolation stays.
struct CodeLexer {
    private enum Context {
        /// Code; in an interpolation, with the parentheses that are open.
        case code(openParentheses: Int)
        case text(hashes: Int, isMultiline: Bool)
    }

    private var bytes: [UInt8]
    private var index = 0
    private var contexts: [Context] = [.code(openParentheses: 0)]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The text with all but its code blanked.
    mutating func code() -> String {
        while index < bytes.count {
            switch contexts.last {
            case .text(let hashes, let isMultiline): readText(hashes: hashes, isMultiline: isMultiline)
            case .code(let open): readCode(openParentheses: open)
            case nil: index = bytes.count
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func readCode(openParentheses open: Int) {
        if stands("//") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank(1) }
        } else if stands("/*") {
            blankBlockComment()
        } else if let hashes = openingHashes() {
            let isMultiline = stands("\"\"\"", at: index + hashes)
            blank(hashes + (isMultiline ? 3 : 1))
            contexts.append(.text(hashes: hashes, isMultiline: isMultiline))
        } else if stands("`") {
            blankRawIdentifier()
        } else {
            readParenthesis(open: open)
        }
    }

    private mutating func readText(hashes: Int, isMultiline: Bool) {
        let mark = String(repeating: "#", count: hashes)
        let end = (isMultiline ? "\"\"\"" : "\"") + mark
        if stands(end) {
            blank(end.utf8.count)
            contexts.removeLast()
        } else if stands("\\" + mark + "(") {
            blank(hashes + 2)
            contexts.append(.code(openParentheses: 0))
        } else if stands("\\" + mark) {
            blank(hashes + 2)
        } else if !isMultiline, stands("\n") {
            contexts.removeLast()
        } else {
            blank(1)
        }
    }

    /// Steps over one byte of code, following the parentheses of an interpolation; the one that closes it leads back
    /// into the text.
    private mutating func readParenthesis(open: Int) {
        guard contexts.count > 1, stands("(") || stands(")") else {
            index += 1
            return
        }
        if stands(")"), open == 0 {
            contexts.removeLast()
            blank(1)
        } else {
            contexts[contexts.count - 1] = .code(openParentheses: stands("(") ? open + 1 : open - 1)
            index += 1
        }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if stands("/*") {
                depth += 1
                blank(2)
            } else if stands("*/") {
                depth -= 1
                blank(2)
            } else {
                blank(1)
            }
        } while depth > 0 && index < bytes.count
    }

    private mutating func blankRawIdentifier() {
        repeat { blank(1) } while index < bytes.count && !stands("`") && !stands("\n")
        if stands("`") { blank(1) }
    }

    /// The number of `#` before a quotation mark, if a string literal begins here.
    private func openingHashes() -> Int? {
        var end = index
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - index : nil
    }

    private func stands(_ text: String, at position: Int? = nil) -> Bool {
        bytes[min(position ?? index, bytes.count)...].starts(with: text.utf8)
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] != UInt8(ascii: "\n") { bytes[index] = UInt8(ascii: " ") }
            index += 1
        }
    }
}
