/// Judges the moves of a population: each must be explained by an owner that was down.
struct MoveReview {
    private struct Chain: Hashable {
        let client: String
        let lineage: Int
    }

    /// Moves that were explained.
    private(set) var explained = 0
    /// Connections with such a move.
    private(set) var connections = 0
    /// Sentences about the others.
    private(set) var unexplained: [String] = []
    /// Lineages that left the stopped service.
    var lineages: Int { newOwners.count }
    /// Connections of those lineages after they had left.
    private(set) var visitsAfter = 0
    /// How many of these went back to the stopped service.
    private(set) var returned = 0

    private var newOwners: [Chain: String] = [:]

    init(_ outcomes: [VisitOutcome], log: AccessLog, stopped: String) {
        let inOrder = outcomes.sorted { $0.record.began < $1.record.began }
        for outcome in inOrder {
            let chain = Chain(client: outcome.client, lineage: outcome.lineage)
            for move in outcome.moves where log[move.path]?.reason == "owner-down" && move.from == stopped {
                newOwners[chain] = move.to
            }
        }
        for outcome in inOrder {
            let chain = Chain(client: outcome.client, lineage: outcome.lineage)
            review(outcome, newOwner: newOwners[chain], log, stopped)
        }
    }

    private mutating func review(
        _ outcome: VisitOutcome, newOwner: String?, _ log: AccessLog, _ stopped: String
    ) {
        if let newOwner, outcome.owner == newOwner {
            visitsAfter += 1
            if outcome.servedBy == stopped { returned += 1 }
        }
        guard !outcome.moves.isEmpty else { return }
        var isExplained = true
        for move in outcome.moves {
            let reason = log[move.path]?.reason ?? "no line in the access log"
            // Of connections that come at the same time with one session, one moves the pin and the others follow it.
            let follows = reason == "pinned" && outcome.companions > 0 && newOwner == move.to
            if move.from == stopped, reason == "owner-down" || follows {
                explained += 1
            } else {
                isExplained = false
                unexplained.append("\(move.path) from \(move.from) to \(move.to): \(reason)")
            }
        }
        if isExplained, outcome.record.isResumed { connections += 1 }
    }
}
