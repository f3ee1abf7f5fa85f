/// How many sessions are kept for stateful resumption.
public struct SessionCacheConfiguration: Sendable, Equatable {
    /// The largest number of sessions.
    public var sessions = 100_000
    /// The largest amount of memory, in bytes.
    public var memoryBytes = 128 << 20

    /// A hundred thousand sessions within 128 MiB.
    public init() {}
}

extension SessionCacheConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("sessions", .integer(1...100_000_000), into: &sessions)
        section.read("memory", .size((64 << 10)...(1 << 40)), into: &memoryBytes)
    }
}
