/// What a service's processes may use of the machine; nil: as much as the node manager.
public struct ProcessLimitConfiguration: Sendable, Equatable {
    /// Open descriptors of a process.
    public var descriptors: Int?
    /// Address space of a process, in bytes.
    public var memory: Int?
    /// Processes of its user.
    public var processes: Int?
    /// The largest core file, in bytes.
    public var coreFile: Int?

    /// As much as the node manager.
    public init() {}
}

extension ProcessLimitConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("descriptors", .integer(16...1 << 30), into: &descriptors)
        section.read("memory", .size((1 << 20)...(1 << 50)), into: &memory)
        section.read("processes", .integer(1...1 << 22), into: &processes)
        section.read("core-file", .size(0...(1 << 50)), into: &coreFile)
    }
}
