internal import Demonstration
internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// What each policy does that no other one would.
@Suite(.logOnFailure) struct PolicyDifferenceTests {
    private static let one = ["workers": "1"]

    /// Services that answer with their number; the first one answers `/slow` only when it is let.
    private func withServices(
        _ policy: String, count: Int, slow gate: Gate = Gate(), weights: [Int] = [], affinity: String,
        _ body: (GatewayProcess, [RecordingUpstream], GatewayConfiguration) throws -> Void
    ) throws {
        let upstreams = try (0..<count).map { number in
            try RecordingUpstream { connection in
                while true {
                    let request = try connection.readRequest()
                    if request.target == "/slow" { try gate.wait() }
                    try connection.send(RecordingUpstream.response("\(number)"))
                }
            }
        }
        var configuration = GatewayConfiguration(
            upstreams: upstreams, settings: ["balance": policy], sections: Self.one)
        configuration.sections["affinity"] = affinity
        for (index, weight) in weights.enumerated() {
            configuration.services[0].instanceSettings[index] = ["weight": "\(weight)"]
        }
        try withGateway(configuration) { gateway in
            try body(gateway, upstreams, configuration)
        }
        for upstream in upstreams { upstream.stop() }
    }

    private func ask(_ gateway: GatewayProcess, _ path: String = "/", from source: String? = nil) throws
        -> Int
    {
        let client = try gateway.connect(from: source)
        defer { client.close() }
        try client.send(request("GET", path))
        let response = try client.readResponse()
        return try #require(response.status == 200 ? Int(response.body.text) : nil, "\(response.status)")
    }

    /// Waits until the gateway has said that so many services run.
    private func waitForAll(_ count: Int, _ gateway: GatewayProcess) {
        #expect(Deadline().poll { gateway.logLines.count { $0.contains("-> running ") } >= count })
    }

    @Test func `round-robin gives each its weight of every round, and never two in a row where it can`()
        throws
    {
        try withServices("round-robin", count: 3, weights: [3, 2, 1], affinity: "{ by: [] }") {
            gateway, _, _ in
            waitForAll(3, gateway)
            let turns = try (0..<30).map { _ in try ask(gateway) }
            for start in stride(from: 0, to: 30, by: 6) {
                let round = turns[start..<(start + 6)]
                #expect((0..<3).map { number in round.count { $0 == number } } == [3, 2, 1], "\(turns)")
            }
            #expect(zip(turns, turns.dropFirst()).allSatisfy { $0 != 1 || $1 != 1 }, "smooth: \(turns)")
        }
    }

    @Test(arguments: ["least-requests", "round-robin"])
    func `least-requests leaves the service alone that has not answered yet`(policy: String) throws {
        let gate = Gate()
        try withServices(policy, count: 2, slow: gate, affinity: "{ by: [] }") { gateway, upstreams, _ in
            waitForAll(2, gateway)
            let slow = try gateway.connect()
            try slow.send(request("GET", "/slow"))
            let isThere = Deadline().poll {
                upstreams.contains { $0.requests.contains { $0.target == "/slow" } }
            }
            #expect(isThere)
            let turns = try (0..<20).map { _ in try ask(gateway) }
            gate.open()
            let held = try #require(Int(try slow.readResponse().body.text))
            switch policy {
            case "least-requests": #expect(turns.allSatisfy { $0 == 1 - held }, "\(turns), \(held) was busy")
            default: #expect(turns.count { $0 == held } == 10, "round-robin does not look")
            }
        }
    }

    @Test(arguments: ["least-sessions", "round-robin"])
    func `least-sessions gives new sessions to who has the fewest`(policy: String) throws {
        let plan = StagePlan().with {
            $0.service["balance"] = policy
            $0.sections = Self.one
        }
        try withStage(plan) { stage in
            let first = stage.instances[0].identity
            try stage.reload { plan in
                for instance in stage.instances.dropFirst() { plan.states[instance.identity] = "disabled" }
            }
            let early = try stage.settled(.stateless13, 30)
            #expect(early.allSatisfy { $0.owner() == first })
            try stage.reload { $0.states = [:] }
            let late = try stage.settled(.stateless13, 12)
            let share = late.count { $0.owner() == first }
            switch policy {
            case "least-sessions": #expect(share == 0, "the first has thirty")
            default: #expect(share == 4, "round-robin does not count")
            }
        }
    }

    @Test func `consistent-hash sends a source to the same service after a restart, others gone or not`()
        throws
    {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: "k", count: 48), to: "secret")
        let isSafe = unsafe chmod(folder.file("secret"), 0o600) == 0
        #expect(isSafe)
        let secret = "cookie: { name: limpet, secret: \(folder.file("secret")) }"
        let sources = (2...31).map { "127.0.0.\($0)" }
        var owners: [[Int]] = []
        try withServices("consistent-hash", count: 3, affinity: "{ by: [source], \(secret) }") {
            gateway, _, first in
            waitForAll(3, gateway)
            owners.append(try sources.map { try ask(gateway, from: $0) })
            var second = first
            second.services[0].instanceSettings[1] = ["state": "disabled"]
            for configuration in [first, second] {
                try withGateway(configuration) { again in
                    waitForAll(3, again)
                    owners.append(try sources.map { try ask(again, from: $0) })
                }
            }
        }
        #expect(Set(owners[0]).count == 3, "\(owners[0])")
        #expect(owners[0] == owners[1], "the same ring, without a table to remember")
        for (before, after) in zip(owners[0], owners[2]) {
            #expect(before == 1 ? after != 1 : after == before, "only who has lost a service moves")
        }
        #expect(Set(zip(owners[0], owners[2]).filter { $0.0 == 1 }.map(\.1)).count == 2, "to both others")
    }
}
