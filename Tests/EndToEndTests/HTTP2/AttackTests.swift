internal import HTTP2
internal import Platform
internal import Synchronization
internal import TestSupport
internal import Testing

/// Every attack on HTTP/2 that is known, from several connections at once for as long as a bystander asks: attackers are
/// sent away, the memory stays bounded, and the bystander is served as if nobody else were there.
@Suite(.logOnFailure)
struct AttackTests {
    private static let attackers = 4
    private static let requests = 200
    private static let memoryBytes = 64 << 20
    /// Attackers, gateway and bystander share the processors, and all are debug builds.
    private static let usualLatency = Duration.milliseconds(Sanitizer.isActive ? 1000 : 250)

    /// The most that an answer may take half of the time, if it takes `quiet` when nobody attacks.
    private static func bound(_ quiet: Duration) -> Duration {
        Sanitizer.isActive ? usualLatency : min(usualLatency, quiet * 20 + .milliseconds(5))
    }

    private static let patience = Duration.seconds(5)
    private static let large = String(repeating: "a", count: 300_000)

    /// What became of the attackers' connections.
    private struct Toll {
        var ended = 0
        var calmed = 0
        var codes: Set<UInt32> = []
    }

    /// How long answers took.
    private struct Latency {
        let median: Duration
        let slowest: Duration

        init(_ all: [Duration]) {
            let inOrder = all.sorted()
            median = inOrder.isEmpty ? .zero : inOrder[inOrder.count / 2]
            slowest = inOrder.last ?? .zero
        }
    }

    /// What the attackers share.
    private final class Siege: Sendable {
        let toll = Lock(Toll())
        let isOver = Atomic(false)

        var hasEnded: Bool { isOver.load(ordering: .relaxed) }
    }

    @Test(arguments: Attack.allCases)
    func `an attack costs the attacker its connections and a bystander nothing`(attack: Attack) throws {
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                let body = request.target == "/large" ? Self.large : "ok"
                try connection.send(RecordingUpstream.response(body))
            }
        }
        // The bystander has a service of its own: what the attackers do to theirs is not the gateway's doing.
        let quiet = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration([
            .init("portal", [upstream.endpoint]), .init("quiet", [quiet.endpoint]),
        ])
        configuration.routes = [
            "{ host: \"*\", path: /, service: portal }", "{ host: \"*\", path: /bystander, service: quiet }",
        ]
        configuration.sections["timeouts"] = "{ send: 500ms, drain: 1s }"
        // The bystander is served by the worker that is attacked.
        configuration.sections["workers"] = "1"
        try withGateway(configuration) { gateway in
            let bystander = try FrameClient(gateway.connect())
            let (quietLatency, _) = try ask(bystander, count: 50)
            let before = gateway.residentBytes
            let siege = Siege()
            let threads = try (0..<Self.attackers).map { number in
                try WorkerThread(name: "attacker-\(number)") {
                    while !siege.hasEnded { Self.assault(gateway, attack, siege) }
                }
            }
            // Only where attackers are at it.
            let isUnderAttack = Deadline().poll { !attack.isFlood || siege.toll.withLock { $0.ended } > 0 }
            let (latency, most) = try ask(bystander, count: Self.requests, watching: gateway)
            siege.isOver.store(true, ordering: .relaxed)
            for thread in threads { thread.join() }
            bystander.close()

            let end = siege.toll.withLock { $0 }
            print(
                "\(attack): median \(latency.median) (\(quietLatency.median) in peace), slowest \(latency.slowest), \((most - before) >> 10) KiB"
            )
            #expect(isUnderAttack)
            #expect(
                latency.median < Self.bound(quietLatency.median) && latency.slowest < Self.patience,
                "\(attack): \(latency), \(quietLatency.median) in peace"
            )
            #expect(
                most - before < Sanitizer.memory(Self.memoryBytes), "\(attack): \((most - before) >> 10) KiB")
            if attack.isFlood {
                #expect(end.calmed > 0 && end.calmed == end.ended, "\(attack): \(end)")
                #expect(end.codes == [ErrorCode.enhanceYourCalm.rawValue], "\(attack): \(end)")
            }
            let late = try FrameClient(gateway.connect())
            #expect(try late.exchange("GET", "/bystander").status == 200, "who comes later is served")
            late.close()
        }
        upstream.stop()
        quiet.stop()
    }

    /// One connection of an attacker.
    private static func assault(_ gateway: GatewayProcess, _ attack: Attack, _ siege: Siege) {
        guard let client = try? FrameClient(gateway.connect()) else { return }
        defer { client.close() }
        var code: UInt32?
        do {
            code = try attack.play(on: client) { siege.hasEnded }
        } catch {
            // The gateway has closed, as it may: a reset can overtake its goodbye.
            return
        }
        siege.toll.withLock {
            $0.ended += 1
            guard let code else { return }
            $0.calmed += 1
            $0.codes.insert(code)
        }
    }

    /// Asks again and again; answers how long the answers took, and the most memory that the gateway had.
    private func ask(
        _ client: FrameClient, count: Int, watching gateway: GatewayProcess? = nil
    ) throws -> (Latency, Int) {
        var all: [Duration] = []
        var most = 0
        for number in 0..<count {
            let began = ContinuousClock.now
            let answer = try client.exchange("GET", "/bystander/\(number)")
            all.append(ContinuousClock.now - began)
            #expect(answer.status == 200 && answer.content.text == "ok")
            most = max(most, gateway?.residentBytes ?? 0)
        }
        return (Latency(all), most)
    }
}
