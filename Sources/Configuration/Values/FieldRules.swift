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
