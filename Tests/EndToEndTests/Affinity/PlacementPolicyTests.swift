internal import Demonstration
internal import TestSupport
internal import Testing

/// The balancing policies place new sessions, and none of them moves an old one.
@Suite(.logOnFailure) struct PlacementPolicyTests {
    @Test(arguments: ["round-robin", "least-requests", "least-sessions", "consistent-hash"])
    func `a policy spreads new sessions and keeps the old ones`(policy: String) throws {
        try withStage(StagePlan().with { $0.service["balance"] = policy }) { stage in
            let clients = try stage.settled(.stateless13, 18)
            #expect(Set(clients.map { $0.owner() }).count > 1, "all went to one service")
            try expectResumption(clients, on: stage)
        }
    }

    @Test func `least-sessions gives each service its share`() throws {
        try withStage(StagePlan().with { $0.service["balance"] = "least-sessions" }) { stage in
            var counts = stage.instances.map { _ in 0 }
            for client in try stage.settled(.stateless13, 30) {
                let place = try #require(stage.instances.firstIndex { $0.identity == client.owner() })
                counts[place] += 1
            }
            #expect(counts.allSatisfy { (7...13).contains($0) }, "\(counts)")
        }
    }

    @Test func `an instance without weight gets no new session`() throws {
        try withStage(StagePlan()) { stage in
            try stage.reload { $0.weights["portal-1@test"] = 0 }
            let clients = try stage.settled(.stateless13, 12)
            #expect(clients.allSatisfy { $0.owner() != "portal-1@test" })
        }
    }
}
