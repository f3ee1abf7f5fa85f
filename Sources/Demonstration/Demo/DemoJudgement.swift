internal import TLS

/// Holds what the clients saw against what the gateway promises.
public struct DemoJudgement: Sendable {
    /// The figures of each kind.
    public let summaries: [KindSummary]
    /// The promises.
    public let promises: [Promise]
    /// Whether all of them held.
    public var holds: Bool { promises.allSatisfy(\.holds) }

    private struct Chain: Hashable {
        let client: String
        let lineage: Int
    }

    init(_ outcomes: [VisitOutcome], log: AccessLog, events: DemoEvents) {
        let summaries = ClientKind.allCases.map { KindSummary($0, outcomes, log: log) }
        let moves = MoveReview(outcomes, log: log, stopped: events.stopped)
        self.summaries = summaries
        promises = [
            Self.owners(summaries, moves), Self.resumption(outcomes, summaries),
            Self.certificate(outcomes, events),
            Self.restart(moves, events), Self.lineages(outcomes, log), Self.parallel(outcomes, summaries),
            Self.reasons(outcomes, log), Self.answers(summaries),
        ]
    }

    private static func owners(_ summaries: [KindSummary], _ moves: MoveReview) -> Promise {
        let owned = summaries.reduce(0) { $0 + $1.owned }
        let reached = summaries.reduce(0) { $0 + $1.reachedOwner }
        let isComplete = summaries.allSatisfy { $0.owned > 0 }
        return Promise(
            text: "Every resumed connection reaches its owner while that is running, in all four kinds",
            holds: isComplete && moves.unexplained.isEmpty && reached + moves.connections == owned,
            figures:
                "\(reached) of \(owned - moves.connections), and \(moves.connections) whose owner was down"
                + moves.unexplained.prefix(5).map { "; \($0)" }.joined())
    }

    private static func resumption(_ outcomes: [VisitOutcome], _ summaries: [KindSummary]) -> Promise {
        let offered = summaries.reduce(0) { $0 + $1.offered }
        let resumed = summaries.reduce(0) { $0 + $1.resumed }
        let keys = Set(
            outcomes.compactMap { $0.record.session.flatMap { ClientSession($0)?.ticketKeyName } }
                .filter { !$0.isEmpty })
        return Promise(
            text:
                "Sessions go on over every rotation of the ticket key, each connection bringing a new ticket",
            holds: offered > 0 && resumed == offered && keys.count >= 3,
            figures: "\(resumed) of \(offered) offered sessions resumed, sealed by \(keys.count) keys")
    }

    private static func certificate(_ outcomes: [VisitOutcome], _ events: DemoEvents) -> Promise {
        let isNew = events.certificates.count == 2 && events.certificates[0] != events.certificates[1]
        return Promise(
            text: "A new certificate is served after HUP, and sessions from before go on", holds: isNew,
            figures: isNew
                ? "full handshakes show \(hexadecimal(events.certificates[1])) instead of "
                    + "\(hexadecimal(events.certificates[0]))"
                : "full handshakes show the same certificate as before")
    }

    private static func restart(_ moves: MoveReview, _ events: DemoEvents) -> Promise {
        let isAnother = events.incarnations.count == 2 && events.incarnations[0] != events.incarnations[1]
        return Promise(
            text:
                "Whose owner is down goes to another one at once (owner-down), and stays there when it is back",
            holds: isAnother && moves.explained > 0 && moves.returned == 0 && moves.visitsAfter > 0,
            figures:
                "\(moves.lineages) sessions left \(events.stopped), \(moves.visitsAfter) later connections of "
                + "theirs stayed, \(moves.returned) went back")
    }

    private static func lineages(_ outcomes: [VisitOutcome], _ log: AccessLog) -> Promise {
        var names: [Chain: Set<String>] = [:]
        var visits = 0
        for outcome in outcomes where outcome.record.isResumed || !outcome.hasOwner {
            let chain = Chain(client: outcome.client, lineage: outcome.lineage)
            for answer in outcome.record.answers {
                names[chain, default: []].insert(log[answer.path]?.lineage ?? "none")
            }
            visits += 1
        }
        let broken = names.values.count { $0.count != 1 || $0.contains("none") }
        return Promise(
            text: "A lineage keeps its identity over all renewals, tickets and keys",
            holds: broken == 0 && !names.isEmpty,
            figures: "\(names.count - broken) of \(names.count) lineages over \(visits) connections")
    }

    private static func parallel(_ outcomes: [VisitOutcome], _ summaries: [KindSummary]) -> Promise {
        let together = summaries.reduce(0) { $0 + $1.together }
        let disagreed = summaries.reduce(0) { $0 + $1.disagreed }
        return Promise(
            text: "Parallel connections of one session agree on the owner",
            holds: together > 0 && disagreed == 0,
            figures: "\(together - disagreed) of \(together)")
    }

    private static func reasons(_ outcomes: [VisitOutcome], _ log: AccessLog) -> Promise {
        let answers = outcomes.flatMap(\.record.answers)
        let told = answers.count { answer in
            let line = log[answer.path]
            return line?.reason != nil && line?.instance == answer.servedBy
        }
        return Promise(
            text: "Every placement is logged with its reason and the service that answered",
            holds: told == answers.count, figures: "\(told) of \(answers.count) requests")
    }

    private static func answers(_ summaries: [KindSummary]) -> Promise {
        let requests = summaries.reduce(0) { $0 + $1.requests }
        let failed = summaries.reduce(0) { $0 + $1.failed }
        return Promise(
            text: "No request fails: not by rotation, not by reload, not by the stop of a service",
            holds: requests > 0 && failed == 0, figures: "\(failed) of \(requests) failed")
    }

    private static func hexadecimal(_ digest: [UInt8]) -> String {
        digest.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "…"
    }
}
