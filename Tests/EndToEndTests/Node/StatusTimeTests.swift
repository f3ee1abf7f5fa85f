internal import Demonstration
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// How soon the data plane acts on what happens to a process, and what is said about when it happened.
@Suite(.logOnFailure) struct StatusTimeTests {
    /// From the event to what it changes (issue 5).
    private static let bound = Duration.milliseconds(50)
    /// How often it is tried: a busy machine may spoil one time, or several, but not all.
    private static let rounds = 8

    @Test func `a killed service loses its clients to another within 50 ms, by its status alone`() throws {
        var plan = NodePlan()
        // Too long for its clients to wait: it is not running. Nothing but the status moves anybody: no retries, and no
        // signals of the traffic.
        plan.settings["restart"] = "{ delay: 1500ms, longest-delay: 1500ms, burst: 100 }"
        plan.retries = 0
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            var shortest = Duration.seconds(3600)
            for _ in 0..<Self.rounds where shortest >= Self.bound {
                shortest = min(shortest, try timeToMove(stage))
            }
            #expect(shortest < Self.bound)
        }
    }

    /// Kills the owner of a client that comes again and again, and answers after what time another one has answered it.
    private func timeToMove(_ stage: NodeStage) throws -> Duration {
        let client = try stage.client()
        #expect(try client.visit(on: stage.loop).succeeded)
        let owner = try #require(stage.services.first { $0.identity == client.owner() })
        let before = stage.transitions(of: owner).count
        let clock = WallTime.nowMilliseconds
        let begin = MonotonicTime.now
        kill(stage.process(of: owner), SIGKILL)
        var answer: VisitRecord.Answer?
        let deadline = Deadline()
        while answer == nil, !deadline.isPast {
            // Until the status is there, it may be refused.
            let outcome = try client.visit(on: stage.loop)
            answer = outcome.record.answers.first { $0.status == 200 && $0.servedBy != owner.identity }
        }
        let time = try #require(answer).completed - begin
        try stage.wait(for: "running -> notRunning (no process: signal 9)", of: owner, after: before)
        let fall = try #require(try stage.status(of: owner).history.last { $0.to == "notRunning" })
        #expect(fall.cause == "no process: signal 9")
        // The two clocks are translated to the millisecond.
        #expect(fall.at + 2 >= clock && fall.at <= WallTime.nowMilliseconds + 2)
        try stage.wait(for: "-> running", of: owner, after: before)
        return time
    }

    @Test func `a probe that is answered too slowly counts as failed, and clients go elsewhere`() throws {
        let isQuick = SharedFlag()
        let upstreams = try (0..<2).map { number in
            try RecordingUpstream { connection in
                while true {
                    let request = try connection.readHead()
                    if number == 0, request.target == "/health", !isQuick.isSet {
                        // The gateway gives up first.
                        return connection.waitUntilStopped()
                    }
                    try connection.send(RecordingUpstream.response("portal-\(number)"))
                }
            }
        }
        var configuration = GatewayConfiguration(upstreams: upstreams)
        configuration.services[0].settings["health"] =
            "{ path: /health, interval: 50ms, timeout: 300ms, rise: 2, fall: 2 }"
        try withGateway(configuration) { gateway in
            NamedService.waitForAll(2, gateway)
            isQuick.isSet = false
            #expect(gateway.waitForLog("portal-0@test: running -> notRunning (probe failed: "))
            let line = try #require(gateway.logLines.first { $0.contains("running -> notRunning") })
            #expect(
                line.contains("no answer in time"), "\(line)")
            for _ in 0..<4 {
                let client = try gateway.connect()
                try client.send(request())
                #expect(try client.readResponse().body.text == "portal-1")
            }
            isQuick.isSet = true
            NamedService.waitForAll(3, gateway)
        }
    }
}
