internal import Demonstration
internal import Foundation
internal import Glibc
internal import Platform
internal import TLS
internal import TestSupport
internal import Testing

/// Where a session must not go on, and what stays of it.
@Suite(.logOnFailure) struct PinWithoutResumptionTests {
    @Test(arguments: ClientKind.allCases)
    func `a session of one virtual host never resumes at another`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            let context = try ClientContext(kind.settings(authorities: stage.target.authorities))
            for client in clients {
                let session: [UInt8] = try #require(client.session())
                let plan = VisitPlan(
                    address: stage.target.address, serverName: "other.test", session: session)
                let visit = Visit(plan, context: context, loop: stage.loop.loop)
                try stage.loop.run([visit])
                #expect(visit.record.failure == nil && visit.record.answers.count == 1, "\(visit.record)")
                #expect(visit.record.offersSession && !visit.record.isResumed)
            }
            try expectResumption(clients, on: stage, "at its own host it still resumes")
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a virtual host that is known by something else resumes nothing, and keeps its pins`(
        kind: ClientKind
    ) throws {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            try stage.reload {
                $0.tls["certificates"] = """
                    [ { certificate: certs/server.pem, key: certs/server.key, names: [limpet.test] }, \
                    { certificate: certs/other.pem, key: certs/other.key } ]
                    """
            }
            try expectPinWithoutResumption(clients, on: stage)
            try expectResumption(clients, on: stage, "sessions under the new identity resume")
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a lineage at its deadline makes a full handshake, and stays with its owner`(kind: ClientKind) throws
    {
        let plan = StagePlan(kind).with { $0.affinity["lifetime"] = "3s" }
        try withStage(plan) { stage in
            let clients = try stage.settled(kind, 4)
            var isOver = Set<String>()
            let allOver = try Deadline().poll(every: .milliseconds(200)) {
                for client in clients where !isOver.contains(client.name) {
                    let outcome = try client.visit(on: stage.loop)
                    #expect(outcome.record.offersSession && outcome.reachedOwner, "\(outcome)")
                    if !outcome.record.isResumed { isOver.insert(client.name) }
                }
                return isOver.count == clients.count
            }
            #expect(allOver, "only \(isOver) made a full handshake")
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `where nothing resumes any more a session is offered in vain, and its owner is reached all the same`(
        kind: ClientKind
    ) throws {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            try stage.reload { $0.tls["resumption"] = "off" }
            try expectPinWithoutResumption(clients, on: stage)
        }
    }

    @Test(arguments: ResumptionChange.forbidding)
    func `a session of a kind that is not resumed any more is offered in vain, and its owner is reached`(
        change: ResumptionChange
    ) throws {
        try withStage(StagePlan().with { $0.tls["resumption"] = change.before }) { stage in
            let clients = try stage.settled(change.kind)
            try stage.reload { $0.tls["resumption"] = change.after }
            try expectPinWithoutResumption(clients, on: stage)
            // What the client has got instead resumes, in the other way.
            guard clients.allSatisfy({ $0.session() != nil }), change.resumesAfterwards else { return }
            for client in clients {
                let outcome = try client.visit(on: stage.loop)
                #expect(outcome.record.isResumed && outcome.reachedOwner, "\(outcome)")
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a kind that is still resumed stays when the other one is forbidden`(kind: ClientKind) throws {
        let isTicket = kind == .ticket12 || kind == .stateless13
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            try stage.reload { $0.tls["resumption"] = isTicket ? "stateless" : "stateful" }
            for _ in 0..<2 { try expectResumption(clients, on: stage) }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a session whose time is over makes a full handshake with a lineage of its own, and keeps its owner`(
        kind: ClientKind
    ) throws {
        try withStage(StagePlan(kind).with { $0.tls["ticket-lifetime"] = "1s" }) { stage in
            let client = try stage.settled(kind, 1)[0]
            // A client of TLS 1.3 offers a ticket for a second longer than it lives, both in whole seconds of the clock: in that
            // second, and in no other, a session is offered whose time is over. A visit that misses it begins anew.
            let deadline = Deadline(in: .seconds(30))
            var isOver = false
            var made: Int?
            while !isOver, !deadline.isPast {
                if let made { _ = deadline.poll { time(nil) >= made + 2 } }
                let second = time(nil)
                let visit = try client.visit(on: stage.loop)
                let isInTime = made.map { second == $0 + 2 } ?? false
                made = time(nil) == second ? second : nil
                guard isInTime, made != nil else { continue }
                #expect(visit.reachedOwner, "\(visit)")
                isOver = visit.record.offersSession && !visit.record.isResumed
                guard isOver else { continue }
                let lineage = try stage.line(of: visit.record.answers.first).text(AccessKey.lineage)
                let first = "/\(client.name)/1/0"
                let line = try stage.gateway.accessRecords(1).first { $0.text(AccessKey.path) == first }
                #expect(lineage != nil && line != nil && lineage != line?.text(AccessKey.lineage))
            }
            #expect(isOver)
        }
    }
}
