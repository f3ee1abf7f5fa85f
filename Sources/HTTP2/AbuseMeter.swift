internal import Platform

/// What a peer has left of its budgets: buckets that fill with time.
struct AbuseMeter {
    private static let second: UInt64 = 1_000_000_000

    private let budgets: AbuseBudgets
    /// What is left of each budget, in units of a billionth.
    private var left: InlineArray<9, UInt64>
    private var filledAt: MonotonicTime

    init(_ budgets: AbuseBudgets, at now: MonotonicTime) {
        self.budgets = budgets
        left = InlineArray { UInt64(budgets[Abuse.allCases[$0]].burst) &* Self.second }
        filledAt = now
    }

    /// Fills up for the time that has passed.
    mutating func advance(to now: MonotonicTime) {
        // An hour fills every bucket; more would only overflow.
        let passed = min(now.nanoseconds(since: filledAt), 3600 &* Self.second)
        guard passed > 0 else { return }
        filledAt = now
        for abuse in Abuse.allCases {
            let budget = budgets[abuse]
            let filled = left[Int(abuse.rawValue)] &+ passed &* UInt64(budget.perSecond)
            left[Int(abuse.rawValue)] = min(filled, UInt64(budget.burst) &* Self.second)
        }
    }

    /// Takes `count` from the budget for `abuse`; false if not as many are left of it.
    mutating func spend(_ abuse: Abuse, _ count: Int = 1) -> Bool {
        let index = Int(abuse.rawValue)
        let cost = UInt64(count) &* Self.second
        guard left[index] >= cost else { return false }
        left[index] &-= cost
        return true
    }

    /// Gives `count` back for what we did ourselves to call for it.
    mutating func refund(_ abuse: Abuse, _ count: UInt64) {
        let index = Int(abuse.rawValue)
        left[index] = min(left[index] &+ count &* Self.second, UInt64(budgets[abuse].burst) &* Self.second)
    }
}
