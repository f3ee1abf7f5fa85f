/// A number at once, and then so many a second.
public struct BudgetConfiguration: Sendable, Equatable {
    /// How often at once.
    public var burst: UInt32
    /// How often a second in the long run.
    public var rate: UInt32

    /// A budget from its numbers.
    public init(burst: UInt32, rate: UInt32) {
        self.burst = burst
        self.rate = rate
    }
}

extension BudgetConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        let number = ScalarFormat<UInt32>.unsigned
        self.init(
            burst: section.required("burst", number, placeholder: 0),
            rate: section.required("rate", number, placeholder: 0))
    }
}
