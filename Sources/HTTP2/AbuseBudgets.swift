/// The budgets of a connection.
public struct AbuseBudgets: Hashable, Sendable {
    private var budgets: InlineArray<9, AbuseBudget> = [
        AbuseBudget(burst: 400, perSecond: 50),  // reset
        AbuseBudget(burst: 100, perSecond: 10),  // provokedReset
        AbuseBudget(burst: 32, perSecond: 4),  // settings
        AbuseBudget(burst: 200, perSecond: 50),  // ping
        AbuseBudget(burst: 500, perSecond: 100),  // priority
        AbuseBudget(burst: 8000, perSecond: 1000),  // strayFrame: uploads that we end leave many on their way
        AbuseBudget(burst: 64, perSecond: 16),  // emptyFrame
        AbuseBudget(burst: 2000, perSecond: 1000),  // windowUpdate
        AbuseBudget(burst: 0, perSecond: 0),  // flood: the library has counted
    ]

    /// The defaults, to be changed one by one. They leave room for what browsers and gRPC do in earnest.
    public init() {}

    /// The budget for `abuse`.
    public subscript(abuse: Abuse) -> AbuseBudget {
        get { budgets[Int(abuse.rawValue)] }
        set { budgets[Int(abuse.rawValue)] = newValue }
    }

    /// Whether both allow the same.
    public static func == (left: AbuseBudgets, right: AbuseBudgets) -> Bool {
        Abuse.allCases.allSatisfy { left[$0] == right[$0] }
    }

    /// Feeds all budgets.
    public func hash(into hasher: inout Hasher) {
        for abuse in Abuse.allCases { hasher.combine(self[abuse]) }
    }
}
