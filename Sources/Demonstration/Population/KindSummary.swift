/// The figures of one kind of client.
public struct KindSummary: Sendable {
    /// The kind.
    public let kind: ClientKind
    /// Connections.
    public private(set) var connections = 0
    /// Connections that offered a session.
    public private(set) var offered = 0
    /// Connections that resumed it, in the way of their kind.
    public private(set) var resumed = 0
    /// Resumed connections whose owner was to be reached: those that answered nothing but for a re-pin count too.
    public private(set) var owned = 0
    /// Of those, connections that the owner answered.
    public private(set) var reachedOwner = 0
    /// Moves to another service, by the reason in the gateway's log: `unknown` where the log has none, `followed` where
    /// the pin had been moved by another connection with the same session.
    public private(set) var moves: [String: Int] = [:]
    /// Requests, and those without a good answer.
    public private(set) var requests = 0
    /// Requests without a good answer, and connections that failed before theirs.
    public private(set) var failed = 0
    /// Connections that were opened together with others, with one session.
    public private(set) var together = 0
    /// Of those, connections that disagreed with the others.
    public private(set) var disagreed = 0

    /// The figures of those `outcomes` that are of this kind, with reasons from `log`.
    public init(_ kind: ClientKind, _ outcomes: [VisitOutcome], log: AccessLog) {
        self.kind = kind
        for outcome in outcomes where outcome.kind == kind { add(outcome, log) }
    }

    private mutating func add(_ outcome: VisitOutcome, _ log: AccessLog) {
        connections += 1
        requests += outcome.record.answers.count
        failed += outcome.failedAnswers + (outcome.record.failure == nil ? 0 : 1)
        if outcome.record.offersSession { offered += 1 }
        if outcome.companions > 0, outcome.hasOwner { together += 1 }
        if !outcome.companionsAgree { disagreed += 1 }
        for move in outcome.moves { moves[why(move, outcome, log), default: 0] += 1 }
        guard outcome.record.resumption == kind.resumption else { return }
        resumed += 1
        guard outcome.hasOwner, outcome.succeeded else { return }
        owned += 1
        if outcome.reachedOwner { reachedOwner += 1 }
    }

    private func why(_ move: VisitOutcome.Move, _ outcome: VisitOutcome, _ log: AccessLog) -> String {
        guard let reason = log[move.path]?.reason else { return "unknown" }
        return reason == "pinned" && outcome.companions > 0 ? "followed" : reason
    }
}
