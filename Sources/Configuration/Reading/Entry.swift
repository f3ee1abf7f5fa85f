internal import Yams

/// A key of a mapping with its value and the places of both.
struct Entry {
    /// The key.
    let key: String
    /// Where the key stands.
    let keyPosition: SourcePosition
    /// The value.
    let node: Node
    /// Where the value stands.
    let position: SourcePosition

    /// Whether there is a key without a value.
    var isNull: Bool { node.scalar?.isNull ?? false }

    /// The entries of a mapping in the order of the file. A key without a value stands for a mapping without keys;
    /// anything else is reported, as are keys that are no words.
    static func all(
        of node: Node, in place: String, at position: SourcePosition, context: ReadingContext
    ) -> [Entry] {
        guard case .mapping(let mapping) = node else {
            if node.scalar?.isNull != true {
                let found = node.sequence != nil ? "a list" : "a single value"
                context.refuse("\(place) must be a mapping of keys to values, not \(found)", at: position)
            }
            return []
        }
        return mapping.compactMap { key, value in
            let keyPosition = key.mark.map(SourcePosition.init) ?? position
            guard let word = key.scalar?.string else {
                context.refuse("a key in \(place) must be a word", at: keyPosition)
                return nil
            }
            return Entry(
                key: word, keyPosition: keyPosition, node: value,
                position: value.mark.map(SourcePosition.init) ?? keyPosition)
        }
    }
}

extension Node.Scalar {
    /// Whether it says that there is no value: nothing, `~` or `null`, without quotes.
    var isNull: Bool {
        style == .plain && (string.isEmpty || string == "~" || string == "null")
    }
}

extension SourcePosition {
    /// The place that the YAML library names.
    init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}
