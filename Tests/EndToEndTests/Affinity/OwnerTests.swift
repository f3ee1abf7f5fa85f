internal import Demonstration
internal import Foundation
internal import TestSupport
internal import Testing

/// What becomes of sessions whose owner ends, starts or moves.
@Suite(.logOnFailure) struct OwnerTests {
    @Test(arguments: ClientKind.allCases)
    func `a killed owner loses its sessions to others, and they stay there when it is back`(kind: ClientKind)
        throws
    {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind, 9)
            let owner = try stage.instance(clients[0].owner())
            let orphans = clients.filter { $0.owner() == owner.identity }
            owner.kill()
            for client in clients {
                let outcome = try client.visit(on: stage.loop, requests: 2)
                #expect(outcome.succeeded && outcome.record.resumption == kind.resumption, "\(outcome)")
                #expect(outcome.servedBy != owner.identity)
                guard orphans.contains(where: { $0 === client }) else { continue }
                #expect(outcome.moves.count == 1, "\(outcome)")
                let reason = try stage.line(of: outcome.record.answers.first).text(AccessKey.reason)
                #expect(reason == "owner-down")
            }
            try stage.restart(owner)
            try stage.waitForServices()
            for _ in 0..<2 { try expectResumption(clients, on: stage) }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `parallel connections of one session agree on the new owner`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind, 6)
            let owner = try stage.instance(clients[0].owner())
            owner.kill()
            for client in clients {
                let outcomes = try client.visit(on: stage.loop, times: 6)
                #expect(outcomes.allSatisfy { $0.succeeded && $0.record.isResumed }, "\(outcomes)")
                #expect(Set(outcomes.compactMap(\.servedBy)).count == 1, "\(outcomes)")
            }
            try expectResumption(clients, on: stage)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `parallel first connections each keep their own owner`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { stage in
            let client = try stage.clients(kind, 1)[0]
            let first = try client.visitAnew(on: stage.loop, times: 9)
            #expect(Set(first.compactMap(\.servedBy)).count > 1, "nine connections found one service")
            for lineage in 0..<client.lineageCount {
                let outcomes = try client.visit(on: stage.loop, times: 2, lineage: lineage)
                #expect(outcomes.allSatisfy { $0.reachedOwner && $0.record.isResumed }, "\(outcomes)")
            }
        }
    }

    @Test func `a request waits for its owner while that starts`() throws {
        let plan = StagePlan().with {
            $0.service["health"] =
                "{ type: http, path: /healthz, interval: 100ms, timeout: 1s, rise: 1, fall: 1000 }"
        }
        try withStage(plan) { stage in
            let client = try stage.settled(.stateless13, 1)[0]
            let owner = try stage.instance(client.owner())
            try stage.move(owner, delay: .milliseconds(1500))
            try stage.reload()
            let outcome = try client.visit(on: stage.loop)
            #expect(outcome.reachedOwner && outcome.record.isResumed, "\(outcome)")
            let line = try stage.line(of: outcome.record.answers.first)
            #expect(try #require(line.number(AccessKey.queue)) > 100, "not held: \(line.line)")
            #expect(line.text(AccessKey.reason) == "pinned")
        }
    }

    @Test func `an owner that does not start in time loses its session`() throws {
        let plan = StagePlan().with {
            $0.service["health"] =
                "{ type: http, path: /healthz, interval: 100ms, timeout: 1s, rise: 1, fall: 1000 }"
            $0.service["hold"] = "{ timeout: 1s, queue: 10 }"
        }
        try withStage(plan) { stage in
            let client = try stage.settled(.stateless13, 1)[0]
            try stage.move(try stage.instance(client.owner()), delay: .seconds(3600))
            try stage.reload()
            let outcome = try client.visit(on: stage.loop)
            #expect(outcome.succeeded && outcome.moves.count == 1, "\(outcome)")
            let line = try stage.line(of: outcome.record.answers.first)
            #expect(line.text(AccessKey.reason) == "owner-start-timeout")
            try expectResumption([client], on: stage)
        }
    }

    @Test func `a draining owner keeps its sessions and gets no new ones; a disabled one loses them`() throws
    {
        try withStage(StagePlan()) { stage in
            let client = try stage.settled(.stateless13, 1)[0]
            let owner = try #require(client.owner())
            try stage.reload { $0.states[owner] = "draining" }
            try expectResumption([client], on: stage)
            let others = try stage.settled(.stateless13, 9)
            #expect(others.allSatisfy { $0.owner() != owner })
            try stage.reload { $0.states[owner] = "disabled" }
            let outcome = try client.visit(on: stage.loop)
            #expect(outcome.succeeded && outcome.moves.count == 1, "\(outcome)")
            let line = try stage.line(of: outcome.record.answers.first)
            #expect(line.text(AccessKey.reason) == "owner-disabled")
        }
    }
}
