/// When a service that has ended is started again.
public struct RestartConfiguration: Sendable, Equatable {
    /// After which ends.
    public enum Occasion: String, Sendable, CaseIterable {
        /// After each.
        case always
        /// After any but exit code 0.
        case failure
        /// After none.
        case never
    }

    /// After which ends.
    public var when = Occasion.always
    /// How soon, after the first end; doubled with each that follows.
    public var delay = Duration.milliseconds(100)
    /// The longest delay.
    public var longestDelay = Duration.seconds(30)
    /// How many starts within `window` are too many.
    public var burst = 5
    /// The time in which starts are counted, and after which a running service counts as sound.
    public var window = Duration.seconds(60)
    /// How long a service rests that has been started too often.
    public var rest = Duration.seconds(300)

    /// Always, at once.
    public init() {}
}

extension RestartConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("when", .word(), into: &when)
        let delays = Duration.zero ... .seconds(3600)
        section.read("delay", .duration(delays), into: &delay)
        longestDelay = max(longestDelay, delay)
        section.read("longest-delay", .duration(delays), into: &longestDelay)
        section.read("burst", .integer(1...1000), into: &burst)
        section.read("window", .duration(.milliseconds(100) ... .seconds(86_400)), into: &window)
        section.read("rest", .duration(.zero ... .seconds(86_400)), into: &rest)
        if longestDelay < delay {
            section.context.refuse(
                "'longest-delay' must not be shorter than 'delay'", at: section.position(of: "longest-delay"))
        }
    }
}
