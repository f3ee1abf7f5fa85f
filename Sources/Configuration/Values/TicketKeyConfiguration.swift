/// How the keys that seal session tickets come and go.
public struct TicketKeyConfiguration: Sendable, Equatable {
    /// How long a key seals tickets.
    public var rotate = Duration.seconds(12 * 3600)
    /// How many keys that no longer seal still open tickets.
    public var keep = 3
    /// The file in which the keys outlive the program, sealed for this start of the machine; nil: they do not.
    public var state: String?
    /// The folder in memory that has what seals that file; nil: the usual ones.
    public var seal: String?

    /// Twelve hours, three old keys.
    public init() {}

    /// How long a key can open the tickets that it has sealed: its turn and that of those who follow it.
    public var life: Duration { rotate * (keep + 1) }
}

extension TicketKeyConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("rotate", .duration(.seconds(1) ... .seconds(30 * 86_400)), into: &rotate)
        section.read("keep", .integer(1...32), into: &keep)
        section.read("state", .path(in: section.context), into: &state)
        section.read("seal", .path(in: section.context), into: &seal)
    }
}
