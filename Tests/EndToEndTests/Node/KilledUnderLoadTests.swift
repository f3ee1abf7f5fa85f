internal import Demonstration
internal import Glibc
internal import TestSupport
internal import Testing

/// The gateway and the node manager are killed while clients come and go.
@Suite(.logOnFailure) struct KilledUnderLoadTests {
    @Test(arguments: [ClientKind.stateless13, .ticket12])
    func
        `after the gateway was killed under load, services and pins are there, and every client reaches its owner`(
            kind: ClientKind
        ) throws
    {
        var plan = NodePlan()
        plan.services = 3
        let memory = MemoryFolder()
        plan.tls["ticket-keys"] = "{ state: keys.state, seal: \(memory.path) }"
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            let clients = try stage.settled(12, kind)
            let processes = stage.services.map(stage.process(of:))
            let manager = stage.manager
            for _ in 0..<2 {
                var isKilled = false
                // Whoever is in the middle of a visit loses the connection, nothing else.
                _ = try stage.load(clients) { visits in
                    guard visits >= 2 * clients.count, !isKilled else { return isKilled }
                    isKilled = true
                    try stage.restartGateway()
                    try stage.waitUntilRunning()
                    return true
                }
                #expect(stage.services.map(stage.process(of:)) == processes)
                #expect(stage.manager == manager)
                try stage.expectOwners(clients)
                #expect(try stage.pins() == clients.count)
            }
        }
    }

    @Test func `a node manager that is killed under load costs no request and no session`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let clients = try stage.settled(8)
            let processes = stage.services.map(stage.process(of:))
            let manager = stage.manager
            let deadline = Deadline()
            var isKilled = false
            var enough = Int.max
            let outcomes = try stage.load(clients) { visits in
                if !isKilled, visits >= clients.count {
                    isKilled = true
                    kill(manager, SIGKILL)
                }
                let isBack = stage.gateway.logLines.contains { $0.contains("another one is there") }
                // The load outlasts its absence.
                if isBack { enough = min(enough, visits + 2 * clients.count) }
                return visits >= enough || deadline.isPast
            }
            #expect(stage.gateway.logLines.contains { $0.contains("another one is there") })
            for outcome in outcomes {
                #expect(
                    outcome.reachedOwner && outcome.record.resumption == outcome.kind.resumption, "\(outcome)"
                )
            }
            #expect(stage.manager != manager)
            #expect(stage.services.map(stage.process(of:)) == processes)
            for service in stage.services { #expect(stage.transitions(of: service).count == 1) }
        }
    }

    @Test(arguments: [1, 2]) func `a service that is killed under load costs no request and no pin`(
        services: Int
    ) throws {
        var plan = NodePlan()
        plan.services = services
        plan.settings["restart"] = "{ delay: 50ms, longest-delay: 50ms, burst: 100 }"
        // As they are by themselves.
        plan.passive = "{ connect-failures: 3, error-share: 50 }"
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            let victim = stage.services[0]
            let clients = try stage.settled(12, reaching: victim)
            let deadline = Deadline(in: .seconds(60))
            var kills = 0
            var isBack = true
            var next = clients.count
            let outcomes = try stage.load(clients) { visits in
                if !isBack {
                    isBack = stage.transitions(of: victim).count { $0.contains("-> running") } > kills
                    // Whoever was held is through before the next time.
                    next = visits + 3 * clients.count
                }
                guard isBack, visits >= next else { return deadline.isPast }
                guard kills < 4 else { return true }
                kills += 1
                isBack = false
                kill(stage.process(of: victim), SIGKILL)
                return false
            }
            #expect(kills == 4)
            let lost = outcomes.filter { !$0.reachedOwner }.map { outcome in
                let answers = outcome.record.answers.map { "\($0.status) in \($0.latency)" }
                return
                    "\(outcome.client): \(answers), \(outcome.moves), \(String(describing: outcome.record.failure))"
            }
            #expect(lost == [], "\(stage.transitions(of: victim))")
            #expect(!stage.transitions(of: victim).contains { $0.contains("notRunning") })
        }
    }
}
