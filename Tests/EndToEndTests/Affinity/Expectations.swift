internal import Demonstration
internal import TestSupport
internal import Testing

/// Expects each client to come back once, resumed in the way of its kind, to the owner of its session.
func expectResumption(
    _ clients: [ResumingClient], on stage: AffinityStage, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    for client in clients {
        let outcome = try client.visit(on: stage.loop, requests: 2)
        #expect(
            outcome.record.resumption == client.kind.resumption, comment ?? "\(outcome)",
            sourceLocation: sourceLocation)
        #expect(outcome.reachedOwner, comment ?? "\(outcome)", sourceLocation: sourceLocation)
    }
}

/// Expects each client to offer its session in vain, and to reach the owner all the same.
func expectPinWithoutResumption(
    _ clients: [ResumingClient], on stage: AffinityStage, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    for client in clients {
        let outcome = try client.visit(on: stage.loop, requests: 2)
        #expect(outcome.record.offersSession, sourceLocation: sourceLocation)
        #expect(!outcome.record.isResumed, "\(outcome)", sourceLocation: sourceLocation)
        #expect(outcome.reachedOwner, "\(outcome)", sourceLocation: sourceLocation)
    }
}
