/// What is learned about an instance from the traffic itself.
public struct PassiveHealthConfiguration: Sendable, Equatable {
    /// How many connections must fail in a row (refused, reset, timed out) to call an instance not running; 0: never.
    public var connectFailures = 3
    /// Which share of answers 500...599, in percent, does so; 0: none.
    public var errorShare = 50
    /// The time over which that share is taken.
    public var window = Duration.seconds(10)
    /// How many requests a window needs to be judged.
    public var minimum = 20

    /// Three failed connections, or half of at least 20 answers within 10 s.
    public init() {}
}

extension PassiveHealthConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("connect-failures", .integer(0...1000), into: &connectFailures)
        section.read("error-share", .integer(0...100), into: &errorShare)
        section.read("window", .duration(.seconds(1) ... .seconds(3600)), into: &window)
        section.read("minimum", .integer(1...1_000_000), into: &minimum)
    }
}
