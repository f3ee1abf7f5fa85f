/// How the fields of a message change on their way. Removal comes first, then `set`, then `add`.
public struct FieldRules: Sendable, Equatable {
    /// A field line to write.
    public struct Field: Sendable, Equatable {
        /// The name: a token (RFC 9110 section 5.6.2), as it was written.
        public var name: String
        /// The value: no control characters but tabs, no space at its ends (RFC 9110 section 5.5).
        public var value: String

        /// A field line.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Fields that replace all of the same name.
    public var set: [Field] = []
    /// Fields that join those of the same name.
    public var add: [Field] = []
    /// Names of fields that vanish.
    public var remove: [String] = []

    /// No change.
    public init() {}

    /// Whether nothing changes.
    public var isEmpty: Bool { self.set.isEmpty && add.isEmpty && remove.isEmpty }
}

extension FieldRules: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        set = Self.fields("set", section)
        add = Self.fields("add", section)
        section.read("remove", listOf: .fieldName, into: &remove)
        var names: Set<String> = []
        for field in self.set where !names.insert(field.name.lowercased()).inserted {
            section.context.refuse(
                "'set' has the field '\(field.name)' more than once", at: section.position(of: "set"))
        }
        for name in remove where names.contains(name.lowercased()) {
            section.context.refuse(
                "'\(name)' is both set and removed: 'set' alone replaces it",
                at: section.position(of: "remove"))
        }
    }

    /// The field lines of a mapping from names to values or lists of values.
    private static func fields(_ key: String, _ section: SectionReader) -> [Field] {
        var fields: [Field] = []
        for entry in section.entries(key, limit: ConfigurationBounds.entries) {
            let name: String
            do throws(Refusal) {
                name = try ScalarFormat<String>.fieldName.parse(entry.key)
            } catch {
                section.context.refuse(
                    error.sentence(subject: "a field name in '\(key)'", found: entry.key),
                    at: entry.keyPosition)
                continue
            }
            let value = section.convert(entry.node, at: entry.position, subject: "'\(name)'", .fieldValue)
            if let value { fields.append(Field(name: name, value: value)) }
        }
        return fields
    }
}
