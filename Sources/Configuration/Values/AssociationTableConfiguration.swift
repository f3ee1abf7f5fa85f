/// How many pins are kept.
public struct AssociationTableConfiguration: Sendable, Equatable {
    /// The largest number of pins.
    public var pins = 1_000_000
    /// The largest amount of memory, in bytes.
    public var memoryBytes = 256 << 20

    /// A million pins within 256 MiB.
    public init() {}
}

extension AssociationTableConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("pins", .integer(1...1_000_000_000), into: &pins)
        section.read("memory", .size((64 << 10)...(1 << 40)), into: &memoryBytes)
    }
}
