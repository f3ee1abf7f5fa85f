/// What the program says about itself.
public struct LogConfiguration: Sendable, Equatable {
    /// How weighty a message must be to be written, the least first.
    public enum Level: String, Sendable, CaseIterable {
        /// Everything.
        case trace
        /// What helps to find a fault.
        case debug
        /// What happens in the ordinary course.
        case info
        /// What is worth a look.
        case notice
        /// What may become an error.
        case warning
        /// What went wrong.
        case error
        /// What ends the program.
        case critical
    }

    /// The least weight of a message that is written.
    public var level = Level.info

    /// Information and above.
    public init() {}
}

extension LogConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("level", .word(), into: &level)
    }
}
