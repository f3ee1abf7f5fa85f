internal import Yams

/// One mapping of the file while it is read: it hands out the values of its keys, each in the format that is asked for,
/// and reports at the end the keys that nobody asked for.
final class SectionReader {
    /// What the reading of the file shares.
    let context: ReadingContext
    /// The way to the section from the top, such as `services.portal`; empty for the top itself.
    let name: String
    /// Where it begins.
    let position: SourcePosition

    private let entries: [Entry]
    private var asked: [String] = []

    /// The section that `node` holds; one without keys, and a report, if it holds something else.
    init(_ node: Node, name: String, position: SourcePosition, context: ReadingContext) {
        self.context = context
        self.name = name
        self.position = position
        entries = Entry.all(
            of: node, in: name.isEmpty ? "the file" : "'\(name)'", at: position, context: context)
    }

    /// Whether the key is there, with or without a value.
    func has(_ key: String) -> Bool {
        entry(key) != nil
    }

    /// Whether the value of a key is a mapping.
    func isSection(_ key: String) -> Bool {
        entry(key)?.node.mapping != nil
    }

    /// Where the value of a key stands; the section's own place if the key isn't there.
    func position(of key: String) -> SourcePosition {
        entry(key)?.position ?? position
    }

    /// Reports the keys that nobody asked for. Call it when all are read.
    func finish() {
        let place = name.isEmpty ? "" : " in '\(name)'"
        for entry in entries where !asked.contains(entry.key) {
            context.refuse(
                "unknown key \(Spelling.quoted(entry.key))\(place)\(hint(for: entry.key))",
                at: entry.keyPosition)
        }
    }

    /// The known key that was meant, or all of them.
    private func hint(for key: String) -> String {
        if let nearest = Spelling.nearest(to: key, among: asked) { return "; did you mean '\(nearest)'?" }
        return "; known keys: \(asked.joined(separator: ", "))"
    }

    /// The entry of a key, which thereby becomes a known one.
    func entry(_ key: String) -> Entry? {
        if !asked.contains(key) { asked.append(key) }
        return entries.first { $0.key == key }
    }
}

// MARK: - Single values

extension SectionReader {
    /// The value of a key; nil if it isn't there, or is wrong, which is reported.
    func value<Value>(_ key: String, _ format: ScalarFormat<Value>) -> Value? {
        guard let entry = entry(key) else { return nil }
        return convert(entry.node, at: entry.position, subject: "'\(key)'", format)
    }

    /// The value of a key that has to be there; `placeholder` with a report if it isn't.
    func required<Value>(_ key: String, _ format: ScalarFormat<Value>, placeholder: Value) -> Value {
        guard has(key) else {
            context.refuse("\(name.isEmpty ? "the file" : "'\(name)'") needs the key '\(key)'", at: position)
            return placeholder
        }
        return value(key, format) ?? placeholder
    }

    /// Replaces `target` with the value of a key if it is there.
    func read<Value>(_ key: String, _ format: ScalarFormat<Value>, into target: inout Value) {
        if let value = value(key, format) { target = value }
    }

    /// Replaces `target` with the value of a key if it is there.
    func read<Value>(_ key: String, _ format: ScalarFormat<Value>, into target: inout Value?) {
        if let value = value(key, format) { target = value }
    }

    /// The value of a node in a format; nil with a report if it is something else. `subject` names it in the report.
    func convert<Value>(
        _ node: Node, at position: SourcePosition, subject: String, _ format: ScalarFormat<Value>
    ) -> Value? {
        guard case .scalar(let scalar) = node else {
            let found = node.mapping != nil ? "a mapping" : "a list"
            context.refuse("\(subject) must be a single value, not \(found)", at: position)
            return nil
        }
        guard !scalar.isNull else {
            context.refuse("\(subject) has no value", at: position)
            return nil
        }
        do throws(Refusal) {
            return try format.parse(scalar.string)
        } catch {
            context.refuse(error.sentence(subject: subject, found: scalar.string), at: position)
            return nil
        }
    }
}

// MARK: - Sections and lists

extension SectionReader {
    /// Replaces `target` with what the section of a key describes if it is there.
    func read<Value: ReadableSection>(_ key: String, into target: inout Value) {
        if let value: Value = section(key) { target = value }
    }

    /// Replaces `target` with what the section of a key describes if it is there. The key alone would be unclear:
    /// it needs a value.
    func read<Value: ReadableSection>(_ key: String, into target: inout Value?) {
        guard entry(key)?.isNull != true else {
            context.refuse("'\(key)' has no value", at: position(of: key))
            return
        }
        if let value: Value = section(key) { target = value }
    }

    /// Replaces `target` with the values of a list. A single value counts as a list of one.
    func read<Value>(
        _ key: String, listOf format: ScalarFormat<Value>, limit: Int = ConfigurationBounds.entries,
        into target: inout [Value]
    ) {
        guard let elements = elements(key, limit: limit, allowsSingleValue: true) else { return }
        let values = elements.compactMap { element in
            convert(element.node, at: element.position, subject: "each entry of '\(key)'", format)
        }
        // If all of them are wrong, this has been reported: nobody needs to hear that there are none.
        if !values.isEmpty || elements.isEmpty { target = values }
    }

    /// The sections of a list, read one after the other, each with its place.
    func sections<Value: ReadableSection>(
        _ key: String, limit: Int
    ) -> [(value: Value, position: SourcePosition)] {
        guard let elements = elements(key, limit: limit, allowsSingleValue: false) else { return [] }
        return elements.enumerated().map { index, element in
            (child(element.node, name: "\(key)[\(index)]", at: element.position), element.position)
        }
    }

    /// The entries of a mapping whose keys are names that the operator chose.
    func entries(_ key: String, limit: Int) -> [Entry] {
        guard let entry = entry(key), !entry.isNull else { return [] }
        let found = Entry.all(of: entry.node, in: "'\(key)'", at: entry.position, context: context)
        return Array(found.prefix(within(limit, found.count, key, at: entry.position)))
    }

    /// What the mapping of a node describes; `name` is its name within this section.
    func child<Value: ReadableSection>(_ node: Node, name: String, at position: SourcePosition) -> Value {
        let path = self.name.isEmpty ? name : "\(self.name).\(name)"
        let reader = SectionReader(node, name: path, position: position, context: context)
        let value = Value(reading: reader)
        reader.finish()
        return value
    }

    /// What the section of a key describes; nil if it isn't there.
    private func section<Value: ReadableSection>(_ key: String) -> Value? {
        guard let entry = entry(key) else { return nil }
        return child(entry.node, name: key, at: entry.position)
    }

    /// The elements of a list with their places; nil if the key isn't there or holds something else.
    private func elements(
        _ key: String, limit: Int, allowsSingleValue: Bool
    ) -> [(node: Node, position: SourcePosition)]? {
        guard let entry = entry(key) else { return nil }
        switch entry.node {
        case .sequence(let sequence):
            return sequence.prefix(within(limit, sequence.count, key, at: entry.position)).map { node in
                (node, node.mark.map(SourcePosition.init) ?? entry.position)
            }
        case .scalar(let scalar) where scalar.isNull:
            if allowsSingleValue { context.refuse("'\(key)' has no value", at: entry.position) }
            return nil
        case .scalar where allowsSingleValue:
            return [(entry.node, entry.position)]
        default:
            let found = entry.node.mapping != nil ? "a mapping" : "a single value"
            context.refuse("'\(key)' must be a list, not \(found)", at: entry.position)
            return nil
        }
    }

    /// How many of `count` entries are read; a report if these are too many.
    private func within(_ limit: Int, _ count: Int, _ key: String, at position: SourcePosition) -> Int {
        if count > limit {
            context.refuse("'\(key)' must have at most \(limit) entries, not \(count)", at: position)
        }
        return min(limit, count)
    }
}
