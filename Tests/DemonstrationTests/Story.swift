import Platform
import TLS

@testable import Demonstration

/// A population's visits and the gateway's log of them, one visit after the other, to be spoilt by tests.
struct Story {
    static let stopped = "portal-2@a"

    var outcomes: [VisitOutcome] = []
    var lines: [AccessLog.Line] = []
    var events = DemoEvents()

    /// Three clients of each kind come four times; the second visit of the second client finds its owner down.
    static var good: Story {
        var story = Story()
        story.events.stopped = stopped
        story.events.certificates = [[1], [2]]
        story.events.incarnations = ["one", "two"]
        for kind in ClientKind.allCases {
            for client in 0..<3 {
                story.add(kind, client, 0, owner: nil)
                let owner = "portal-\(client + 1)@a"
                let heir = client == 1 ? "portal-3@a" : owner
                story.add(
                    kind, client, 1, owner: owner, servedBy: heir,
                    reason: owner == heir ? "pinned" : "owner-down")
                story.add(kind, client, 2, owner: heir)
                story.add(kind, client, 3, owner: heir, companions: 1)
            }
        }
        return story
    }

    /// What comes out of it.
    var judgement: DemoJudgement { DemoJudgement(outcomes, log: AccessLog(lines), events: events) }

    var review: MoveReview { MoveReview(outcomes, log: AccessLog(lines), stopped: events.stopped) }

    /// Adds the visit number `visit` of a client, with one request, and the line about it.
    mutating func add(
        _ kind: ClientKind, _ client: Int, _ visit: Int, owner: String?, servedBy: String? = nil,
        reason: String = "pinned", companions: Int = 0
    ) {
        let service = servedBy ?? owner ?? "portal-\(client + 1)@a"
        let path = "/\(kind)-\(client)/\(visit)"
        let now = MonotonicTime(nanoseconds: UInt64(outcomes.count + 1) * 1000)
        var record = VisitRecord()
        record.offersSession = owner != nil
        record.resumption = owner == nil ? .none : kind.resumption
        record.began = now
        record.session = Session.sealed(by: UInt8(visit))
        record.answers = [
            VisitRecord.Answer(
                path: path, status: 200, servedBy: service, incarnation: "one", body: [], latency: .zero,
                completed: now)
        ]
        let moves =
            owner.map { $0 == service ? [] : [VisitOutcome.Move(from: $0, to: service, path: path)] } ?? []
        outcomes.append(
            VisitOutcome(
                kind: kind, client: "\(kind)-\(client)", lineage: 0, owner: owner, companions: companions,
                companionsAgree: true, record: record, moves: moves))
        lines.append(
            AccessLog.Line(
                path: path, status: 200, resumption: nil, lineage: "\(kind)-\(client)", instance: service,
                reason: owner == nil ? "new" : reason))
    }

    /// This story with its visits and lines changed where they are those of `path`.
    func spoilt(
        _ path: String, _ change: (inout VisitRecord) -> Void = { _ in }, moves: [VisitOutcome.Move]? = nil,
        agree: Bool = true, line: (AccessLog.Line) -> AccessLog.Line? = { $0 }
    ) -> Story {
        var story = self
        story.outcomes = outcomes.map { outcome in
            guard outcome.record.answers.first?.path == path else { return outcome }
            var record = outcome.record
            change(&record)
            return VisitOutcome(
                kind: outcome.kind, client: outcome.client, lineage: outcome.lineage, owner: outcome.owner,
                companions: outcome.companions, companionsAgree: agree, record: record,
                moves: moves ?? outcome.moves)
        }
        story.lines = lines.compactMap { $0.path == path ? line($0) : $0 }
        return story
    }
}

extension AccessLog.Line {
    /// This line with another lineage, instance or reason.
    func with(lineage: String?? = nil, instance: String?? = nil, reason: String?? = nil) -> AccessLog.Line {
        AccessLog.Line(
            path: path, status: status, resumption: resumption, lineage: lineage ?? self.lineage,
            instance: instance ?? self.instance, reason: reason ?? self.reason)
    }
}
