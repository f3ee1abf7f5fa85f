internal import Demonstration
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// Local services whose TCP port somebody else has.
@Suite(.logOnFailure) struct TakenPortTests {
    /// A plan whose first service listens at a port of the loopback network that nobody else looks for.
    private func plan() -> (plan: NodePlan, endpoint: Endpoint) {
        let host = "127.\(Int.random(in: 100...200)).\(Int.random(in: 1...250)).\(Int.random(in: 1...250))"
        let endpoint = Endpoint.ipv4(address: host, port: 8080)
        var plan = NodePlan()
        plan.prepare = { services, _ in
            let settings = [
                "run": services[0].run(at: endpoint.text), "restart": "{ delay: 10ms, burst: 100 }",
            ]
            return [.init(endpoint: endpoint, settings: settings)]
        }
        return (plan, endpoint)
    }

    private func stranger(at endpoint: Endpoint) throws -> RecordingUpstream {
        try RecordingUpstream(on: endpoint) { connection in
            while true {
                try connection.readRequest()
                try connection.send(RecordingUpstream.response("stranger"))
            }
        }
    }

    @Test func `a service whose port is taken at the start is not running until it is free`() throws {
        let (plan, endpoint) = plan()
        let stranger = try stranger(at: endpoint)
        let before = WallTime.nowMilliseconds
        try withNodeStage(plan) { stage in
            let (service, other) = (stage.services[0], stage.services[1])
            try stage.waitUntilRunning([other])
            try stage.wait(for: "starting -> notRunning (no process: its address is taken)", of: service)
            #expect(stage.nodeLog.contains("\(service.identity): ended (its address is taken)"))
            #expect(stage.process(of: service) == 0)
            let status = try stage.status(of: service)
            #expect(status.status == "notRunning" && status.cause == "no process: its address is taken")
            #expect((before...WallTime.nowMilliseconds).contains(status.since))
            // It answers probes, and does well: still nobody comes to it.
            let clients = try stage.settled(4)
            #expect(clients.allSatisfy { $0.owner() == other.identity })
            #expect(!stage.transitions(of: service).contains { $0.contains("-> running") })
            stranger.stop()
            try stage.waitUntilRunning([service])
            #expect(stage.isAlive(stage.process(of: service)))
            try stage.expectOwners(try stage.settled(2, reaching: service))
            try stage.expectOwners(clients)
        }
    }

    @Test func `a port that is taken between two processes of a service is told of, and awaited`() throws {
        let (plan, endpoint) = plan()
        try withNodeStage(plan) { stage in
            let (service, other) = (stage.services[0], stage.services[1])
            try stage.waitUntilRunning()
            let process = stage.process(of: service)
            service.order("deafen")
            try stage.wait(for: "running -> notRunning", of: service)
            let stranger = try stranger(at: endpoint)
            let before = WallTime.nowMilliseconds
            service.order("exit 0")
            try stage.wait(for: "(no process: its address is taken)", of: service)
            let status = try stage.status(of: service)
            #expect(status.status == "notRunning" && status.cause == "no process: its address is taken")
            #expect((before...WallTime.nowMilliseconds).contains(status.since))
            let clients = try stage.settled(4)
            #expect(clients.allSatisfy { $0.owner() == other.identity })
            stranger.stop()
            try stage.wait(for: "-> running", of: service, times: 2)
            #expect(stage.waitForProcess(of: service, after: process) != process)
            try stage.expectOwners(try stage.settled(2, reaching: service))
        }
    }
}
