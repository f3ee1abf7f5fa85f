import TLS
import Testing

@testable import Demonstration

/// The demonstration says no when a promise is broken, and says which.
struct DemoJudgementTests {
    /// The first words of the promises that do not hold.
    private func broken(_ story: Story) -> [String] {
        story.judgement.promises.filter { !$0.holds }.map {
            $0.text.split(separator: " ").prefix(3).joined(separator: " ")
        }
    }

    @Test func `a story without a fault keeps every promise`() throws {
        #expect(ClientSession(Session.sealed(by: 7))?.ticketKeyName == [UInt8](repeating: 7, count: 16))
        #expect(broken(.good) == [])
        #expect(Story.good.judgement.holds)
        let summary = try #require(Story.good.judgement.summaries.first)
        #expect(summary.connections == 12 && summary.resumed == 9 && summary.reachedOwner == 8)
        #expect(summary.moves == ["owner-down": 1])
    }

    @Test(arguments: ClientKind.allCases)
    func `an answer by another service than the owner breaks the first promise`(kind: ClientKind) {
        let move = VisitOutcome.Move(from: "portal-1@a", to: "portal-3@a", path: "/\(kind)-0/2")
        let story = Story.good.spoilt(
            move.path, { $0.answers[0].servedBy = move.to }, moves: [move],
            line: { $0.with(instance: move.to) })
        #expect(broken(story) == ["Every resumed connection"])
        #expect(!story.judgement.holds)
    }

    @Test(arguments: ClientKind.allCases)
    func `a kind that never resumes breaks the promises about resumption`(kind: ClientKind) {
        var story = Story.good
        for client in 0..<3 {
            for visit in 1..<4 {
                story = story.spoilt("/\(kind)-\(client)/\(visit)", { $0.resumption = .none })
            }
        }
        #expect(broken(story).contains("Every resumed connection"))
        #expect(broken(story).contains("Sessions go on"))
    }

    @Test(arguments: ClientKind.allCases)
    func `one session that does not go on breaks the second promise`(kind: ClientKind) {
        let story = Story.good.spoilt("/\(kind)-2/3", { $0.resumption = .none })
        #expect(broken(story) == ["Sessions go on"])
    }

    @Test func `keys that never rotate break it, too`() {
        var story = Story.good
        for outcome in story.outcomes {
            guard let path = outcome.record.answers.first?.path else { continue }
            story = story.spoilt(path, { $0.session = Session.sealed(by: 1) })
        }
        #expect(broken(story) == ["Sessions go on"])
    }

    @Test(arguments: [[], [[1]], [[1], [1]]] as [[[UInt8]]])
    func `the same certificate as before breaks its promise`(certificates: [[UInt8]]) {
        var story = Story.good
        story.events.certificates = certificates
        #expect(broken(story) == ["A new certificate"])
    }

    @Test func `a service that did not restart breaks the promise about it`() {
        var story = Story.good
        story.events.incarnations = ["one", "one"]
        #expect(broken(story) == ["Whose owner is"])
    }

    @Test func `a session that goes back to its old owner breaks two promises`() {
        let move = VisitOutcome.Move(from: "portal-3@a", to: Story.stopped, path: "/ticket12-1/3")
        let story = Story.good.spoilt(
            move.path, { $0.answers[0].servedBy = Story.stopped }, moves: [move],
            line: { $0.with(instance: Story.stopped) })
        #expect(broken(story) == ["Every resumed connection", "Whose owner is"])
    }

    @Test(arguments: [String?.none, "another"])
    func `a lineage that changes breaks its promise`(lineage: String?) {
        let story = Story.good.spoilt("/stateful13-0/2", line: { $0.with(lineage: .some(lineage)) })
        #expect(broken(story) == ["A lineage keeps"])
    }

    @Test func `parallel connections that disagree break their promise`() {
        let story = Story.good.spoilt("/stateless13-0/3", agree: false)
        #expect(broken(story) == ["Parallel connections of"])
    }

    @Test func `a line that is missing, without a reason or about another service breaks a promise`() {
        #expect(broken(Story.good.spoilt("/ticket12-0/0", line: { _ in nil })).contains("Every placement is"))
        #expect(
            broken(Story.good.spoilt("/ticket12-0/0", line: { $0.with(reason: .some(nil)) }))
                == ["Every placement is"])
        #expect(
            broken(Story.good.spoilt("/ticket12-0/0", line: { $0.with(instance: "portal-3@a") }))
                == ["Every placement is"])
    }

    @Test func `a request that fails breaks the last promise`() {
        #expect(
            broken(Story.good.spoilt("/ticket12-0/0", { $0.answers[0].status = 503 })) == [
                "No request fails:"
            ])
        #expect(broken(Story.good.spoilt("/ticket12-0/0", { $0.failure = .closed })) == ["No request fails:"])
    }

    @Test func `where nobody came no promise about clients has been kept`() {
        var story = Story()
        story.events = Story.good.events
        #expect(broken(story).count >= 5)
    }
}
