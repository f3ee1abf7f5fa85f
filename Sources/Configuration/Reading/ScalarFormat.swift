/// How the text of a single value becomes a `Value`, or why it doesn't.
struct ScalarFormat<Value> {
    /// Reads a text.
    let parse: (String) throws(Refusal) -> Value

    init(_ parse: @escaping (String) throws(Refusal) -> Value) {
        self.parse = parse
    }

    /// The same format with its value changed.
    func map<Other>(_ transform: @escaping (Value) throws(Refusal) -> Other) -> ScalarFormat<Other> {
        ScalarFormat<Other> { (text: String) throws(Refusal) in try transform(try parse(text)) }
    }
}

extension ScalarFormat where Value == Bool {
    /// `true` or `false`.
    static var boolean: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            switch text {
            case "true": return true
            case "false": return false
            default: throw .must("be true or false")
            }
        }
    }
}

extension ScalarFormat where Value == String {
    /// Any text but the empty one, within a limit and without control characters.
    static var text: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard !text.isEmpty else { throw .must("have some text") }
            guard text.utf8.count <= ConfigurationBounds.textBytes else {
                throw .must("have at most \(ConfigurationBounds.textBytes) bytes")
            }
            guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else {
                throw .must("have no control characters")
            }
            return text
        }
    }

    /// Any text, also the empty one, within a limit and without a NUL.
    static var anyText: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard text.utf8.count <= ConfigurationBounds.textBytes, !text.utf8.contains(0) else {
                throw .must("have at most \(ConfigurationBounds.textBytes) bytes, and no NUL")
            }
            return text
        }
    }

    /// The path of a file; a relative one starts at the folder of the configuration file.
    static func path(in context: ReadingContext) -> ScalarFormat {
        text.map { (path) throws(Refusal) in context.resolve(path) }
    }
}

extension ScalarFormat where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words of an enumeration. `unbuilt` has sentences for words that are known but not served yet.
    static func word(unbuilt: [String: String] = [:]) -> ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            if let value = Value(rawValue: text) { return value }
            if let sentence = unbuilt[text] { throw .sentence(sentence) }
            let words = Value.allCases.map(\.rawValue)
            throw .mustBeOneOf(words, suggestion: Spelling.nearest(to: text, among: words))
        }
    }
}
