import Testing

@testable import Demonstration

/// A move is explained by an owner that was down, and by nothing else.
struct MoveReviewTests {
    @Test func `moves away from the stopped service are explained`() {
        let review = Story.good.review
        #expect(review.explained == 4 && review.connections == 4 && review.unexplained.isEmpty)
        #expect(review.lineages == 4 && review.visitsAfter == 8 && review.returned == 0)
    }

    @Test(arguments: ["pinned", "new", "rebalanced", "owner-start-timeout"])
    func `another reason explains nothing`(reason: String) {
        let story = Story.good.spoilt("/ticket12-1/1", line: { $0.with(reason: .some(reason)) })
        #expect(story.review.unexplained == ["/ticket12-1/1 from portal-2@a to portal-3@a: \(reason)"])
        #expect(story.review.explained == 3)
    }

    @Test func `owner-down explains no move away from a service that ran`() {
        var story = Story.good
        story.events.stopped = "portal-1@a"
        #expect(story.review.unexplained.count == 4 && story.review.explained == 0)
    }

    @Test func `a move that the log does not know is unexplained`() {
        let story = Story.good.spoilt("/ticket12-1/1", line: { _ in nil })
        #expect(
            story.review.unexplained == [
                "/ticket12-1/1 from portal-2@a to portal-3@a: no line in the access log"
            ])
    }

    @Test func `of connections at the same time one moves the pin and the others follow`() {
        var story = Story.good
        story.add(
            .ticket12, 1, 4, owner: Story.stopped, servedBy: "portal-3@a", reason: "pinned", companions: 1)
        #expect(story.review.unexplained.isEmpty && story.review.explained == 5)
        story.add(
            .ticket12, 1, 5, owner: Story.stopped, servedBy: "portal-1@a", reason: "pinned", companions: 1)
        #expect(story.review.unexplained.count == 1, "to another heir")
    }

    @Test func `connections that go back are counted`() {
        var story = Story.good
        story.add(.stateful13, 1, 4, owner: "portal-3@a", servedBy: Story.stopped)
        #expect(story.review.returned == 1 && story.review.visitsAfter == 9)
    }
}
