import Affinity
import Balancing
import Platform
import TestSupport
import Testing

/// Instance 0 left its hold at second 100, the others long ago; the slow start takes 100 seconds.
@Suite struct SlowStartTests {
    private func share(_ policy: Policy, at second: UInt64) throws -> Double {
        let instances = [
            instance(0, runningSince: 100), instance(1, runningSince: 1), instance(2), instance(3),
        ]
        let service = try service(instances, policy, slowStart: .seconds(100))
        var balancer = Balancer(seed: 9)
        var chosen = 0
        for number in 0..<20_000 as Range<UInt64> {
            if balancer.choose(for: .sample(number), in: service, at: .seconds(second), load: { _ in 0 }) == 0
            {
                chosen += 1
            }
        }
        return Double(chosen) / 20_000
    }

    @Test(arguments: [Policy.roundRobin, .leastRequests])
    func `the share grows from a tenth of the weight to all of it`(policy: Policy) throws {
        #expect(abs(try share(policy, at: 100) - 0.1 / 3.1) < 0.01)
        #expect(abs(try share(policy, at: 150) - 0.5 / 3.5) < 0.015)
        #expect(abs(try share(policy, at: 200) - 0.25) < 0.015)
        #expect(abs(try share(policy, at: 900) - 0.25) < 0.015)
    }

    @Test func `on the ring the share grows too and what was given stays given`() throws {
        let shares = [
            try share(.consistentHash, at: 100), try share(.consistentHash, at: 150),
            try share(.consistentHash, at: 200),
        ]
        #expect(abs(shares[0] / shares[2] - 0.1) < 0.03)
        #expect(abs(shares[1] / shares[2] - 0.5) < 0.05)
    }

    @Test func `sessions fill an instance no further than its share`() throws {
        let instances = [instance(0, runningSince: 100), instance(1), instance(2), instance(3)]
        let service = try service(instances, .leastSessions, slowStart: .seconds(100))
        var balancer = Balancer(seed: 9)
        var sessions = [0, 1000, 1000, 1000]
        for number in 0..<600 as Range<UInt64> {
            let choice = balancer.choose(for: .sample(number), in: service, at: .seconds(150)) {
                sessions[$0]
            }
            if let choice { sessions[choice] += 1 }
        }
        #expect(abs(sessions[0] - 515) < 5)
        #expect(sessions[1] - 1000 < 40)
    }

    @Test func `the slow start counts from the end of hold and not from the first start`() throws {
        // Started early, held until second 190: at second 200 only ten seconds of its slow start are over.
        let instances = [instance(0, runningSince: 190), instance(1)]
        let service = try service(instances, .roundRobin, slowStart: .seconds(100))
        var balancer = Balancer(seed: 9)
        let chosen = (0..<1100).count { _ in
            balancer.choose(for: .sample(0), in: service, at: .seconds(200)) { _ in 0 } == 0
        }
        #expect(abs(chosen - 100) <= 2)
    }

    @Test func `one that starts alone takes everything`() throws {
        for policy in Policy.allCases {
            let service = try service([instance(0, runningSince: 100)], policy, slowStart: .seconds(100))
            var balancer = Balancer(seed: 9)
            for number in 0..<50 as Range<UInt64> {
                #expect(balancer.choose(for: .sample(number), in: service, at: .seconds(100)) { _ in 0 } == 0)
            }
        }
    }
}
