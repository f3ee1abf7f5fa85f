import Affinity
import Balancing
import Platform
import TestSupport
import Testing

@Suite struct PolicyTests {
    /// How often each position is chosen for as many new lineages.
    private func shares(
        _ count: Int, in service: ServiceState, at second: UInt64 = 100, load: (Int) -> Int = { _ in 0 }
    ) -> [Int] {
        var balancer = Balancer(seed: 42)
        var shares = [Int](repeating: 0, count: service.instances.count)
        for number in 0..<UInt64(count) {
            let choice = balancer.choose(for: .sample(number), in: service, at: .seconds(second), load: load)
            if let choice { shares[choice] += 1 }
        }
        return shares
    }

    private func isNear(_ value: Int, _ expected: Double, within share: Double = 0.1) -> Bool {
        abs(Double(value) - expected) <= expected * share
    }

    // MARK: all policies

    @Test(arguments: Policy.allCases)
    func `only what is running and ready is ever chosen`(policy: Policy) throws {
        var source = Mixer(state: 8)
        var balancer = Balancer(seed: 1)
        for _ in 0..<500 {
            let instances = (0..<Int.random(in: 0...70, using: &source)).map { position in
                instance(
                    position, weight: Int.random(in: 0...3, using: &source),
                    WorkingStatus.allCases.randomElement(using: &source) ?? .running,
                    AdministrativeState.allCases.randomElement(using: &source) ?? .ready,
                    runningSince: UInt64.random(in: 80...100, using: &source),
                    isLocal: Bool.random(using: &source))
            }
            let service = try service(
                instances, policy, slowStart: .seconds(15), prefersLocal: Bool.random(using: &source))
            var tried = InstanceSet()
            for position in instances.indices where UInt8.random(in: 0..<4, using: &source) == 0 {
                tried.insert(position)
            }
            let lineage = Lineage.minted(using: &source)
            let fit = instances.indices.filter { instances[$0].isEligible && !tried.contains($0) }
            let choice = balancer.choose(for: lineage, in: service, except: tried, at: .seconds(100)) {
                $0 * 7 % 5
            }
            #expect(choice.map(fit.contains) ?? fit.isEmpty)
            let next = balancer.fallback(
                for: lineage, in: service, except: tried, at: .seconds(100)
            ) { $0 }
            #expect(next.map(fit.contains) ?? fit.isEmpty)
        }
    }

    @Test(arguments: Policy.allCases)
    func `the order of fallback visits each instance once`(policy: Policy) throws {
        let service = try service((0..<20).map { instance($0) }, policy)
        var balancer = Balancer(seed: 3)
        var tried = InstanceSet()
        var order: [Int] = []
        var last = balancer.choose(for: .sample(1), in: service, at: .seconds(0)) { $0 }
        while let position = last {
            order.append(position)
            tried.insert(position)
            last = balancer.fallback(
                for: .sample(1), in: service, except: tried, at: .seconds(0)
            ) { $0 }
        }
        #expect(order.sorted() == Array(0..<20))
    }

    @Test(arguments: Policy.allCases)
    func `lineages whose instance is gone spread over all that are left`(policy: Policy) throws {
        let service = try service((0..<5).map { instance($0) }, policy)
        let balancer = Balancer(seed: 0)
        var tried = InstanceSet()
        tried.insert(2)
        var shares = [Int](repeating: 0, count: 5)
        for number in 0..<4000 as Range<UInt64> {
            let next = balancer.fallback(for: .sample(number), in: service, except: tried, at: .seconds(0)) {
                _ in 0
            }
            shares[try #require(next)] += 1
        }
        #expect(shares[2] == 0)
        for position in [0, 1, 3, 4] { #expect(isNear(shares[position], 1000, within: 0.2)) }
    }

    @Test(arguments: Policy.allCases)
    func `requests of one lineage agree on the order of fallback, in whatever worker`(policy: Policy) throws {
        let service = try service((0..<6).map { instance($0) }, policy)
        var tried = InstanceSet()
        tried.insert(1)
        for number in 0..<50 as Range<UInt64> {
            let choices = (0..<4 as Range<UInt64>).map { seed in
                Balancer(seed: seed).fallback(
                    for: .sample(number), in: service, except: tried, at: .seconds(0)
                ) { _ in 0 }
            }
            #expect(Set(choices).count == 1)
        }
    }

    @Test(arguments: Policy.allCases)
    func `local instances come first and others when there is none`(policy: Policy) throws {
        let instances = [instance(0), instance(1, isLocal: true), instance(2), instance(3, isLocal: true)]
        let some = shares(400, in: try service(instances, policy, prefersLocal: true))
        #expect(some[0] + some[2] == 0)
        #expect(some[1] > 0 && some[3] > 0)
        let down = [instance(0), instance(1, .notRunning, isLocal: true), instance(2)]
        let others = shares(400, in: try service(down, policy, prefersLocal: true))
        #expect(others[0] + others[2] == 400)
        var balancer = Balancer(seed: 1)
        var tried = InstanceSet()
        for position in [1, 3] { tried.insert(position) }
        let next = balancer.choose(
            for: .sample(1), in: try service(instances, policy, prefersLocal: true), except: tried,
            at: .seconds(0)
        ) { _ in 0 }
        #expect(next == 0 || next == 2)
    }

    @Test(arguments: Policy.allCases)
    func `a service may have 1024 instances`(policy: Policy) throws {
        let service = try service((0..<1024).map { instance($0, weight: $0 % 3) }, policy)
        #expect(shares(300, in: service).reduce(0, +) == 300)
    }

    // MARK: round-robin

    @Test func `weights five, one and one give a smooth order`() throws {
        let service = try service([instance(0, weight: 5), instance(1), instance(2)], .roundRobin)
        var balancer = Balancer(seed: 0)
        let order = (0..<14).compactMap { _ in
            balancer.choose(for: .sample(0), in: service, at: .seconds(0)) { _ in 0 }
        }
        #expect(order == [0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0])
    }

    @Test func `equal weights take turns`() throws {
        let service = try service((0..<4).map { instance($0) }, .roundRobin)
        #expect(shares(4000, in: service) == [1000, 1000, 1000, 1000])
    }

    @Test func `turns go on when a status changes and start anew when instances do`() throws {
        var balancer = Balancer(seed: 0)
        func next(_ instances: [InstanceState]) throws -> Int? {
            balancer.choose(for: .sample(0), in: try service(instances, .roundRobin), at: .seconds(0)) { _ in
                0
            }
        }
        #expect(try next([instance(0), instance(1), instance(2)]) == 0)
        #expect(try next([instance(0), instance(1, .notRunning), instance(2)]) == 2)
        #expect(try next([instance(0), instance(1), instance(2)]) == 1)
        #expect(try next([instance(0), instance(1)]) == 0)
    }

    @Test func `the fallback of round-robin minds the weights`() throws {
        let service = try service(
            [instance(0), instance(1, weight: 3), instance(2), instance(3)], .roundRobin)
        let balancer = Balancer(seed: 0)
        var tried = InstanceSet()
        tried.insert(0)
        var shares = [Int](repeating: 0, count: 4)
        for number in 0..<5000 as Range<UInt64> {
            let next = balancer.fallback(for: .sample(number), in: service, except: tried, at: .seconds(0)) {
                _ in 0
            }
            shares[try #require(next)] += 1
        }
        #expect(isNear(shares[1], 3000) && isNear(shares[2], 1000) && isNear(shares[3], 1000))
    }

    // MARK: least-requests

    @Test func `of two the more loaded is never chosen`() throws {
        let service = try service([instance(0), instance(1)])
        #expect(shares(1000, in: service) { $0 == 0 ? 3 : 2 } == [0, 1000])
        #expect(shares(1000, in: service) { $0 == 0 ? 2 : 3 } == [1000, 0])
    }

    @Test func `the most loaded of many is never chosen and the least loaded most often`() throws {
        let shares = shares(10_000, in: try service((0..<10).map { instance($0) })) { $0 }
        #expect(shares[9] == 0)
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 > $1 })
        // Both draws of two different ones miss instance 0 in 36 of 45 cases.
        #expect(isNear(shares[0], 2000))
    }

    @Test func `without load the weights decide`() throws {
        let shares = shares(14_000, in: try service([instance(0, weight: 5), instance(1), instance(2)]))
        #expect(isNear(shares[0], 10_000) && isNear(shares[1], 2000) && isNear(shares[2], 2000))
    }

    @Test func `load counts for the weight`() throws {
        let service = try service([instance(0, weight: 4), instance(1)])
        #expect(shares(1000, in: service) { $0 == 0 ? 8 : 3 } == [1000, 0])
        #expect(shares(1000, in: service) { $0 == 0 ? 12 : 2 } == [0, 1000])
    }

    @Test func `loads stay close together`() throws {
        let service = try service((0..<16).map { instance($0) })
        var balancer = Balancer(seed: 5)
        var loads = [Int](repeating: 0, count: 16)
        for number in 0..<16_000 as Range<UInt64> {
            let choice = balancer.choose(for: .sample(number), in: service, at: .seconds(0)) { loads[$0] }
            if let choice { loads[choice] += 1 }
        }
        // The power of two choices: the fullest is about log log n above the mean.
        #expect((loads.max() ?? 0) - 1000 <= 6)
    }

    @Test func `an absurd load is not a reason to stop`() throws {
        let service = try service([instance(0, weight: 256), instance(1)])
        #expect(shares(100, in: service) { $0 == 0 ? .max : .min }.reduce(0, +) == 100)
    }

    // MARK: least-sessions

    @Test func `the instance with the fewest sessions for its weight is chosen`() throws {
        let service = try service([instance(0, weight: 3), instance(1), instance(2)], .leastSessions)
        #expect(shares(100, in: service) { [29, 10, 11][$0] } == [100, 0, 0])
        #expect(shares(100, in: service) { [31, 10, 11][$0] } == [0, 100, 0])
    }

    @Test func `instances with equally few sessions take turns`() throws {
        let service = try service((0..<5).map { instance($0) }, .leastSessions)
        #expect(shares(1000, in: service) { $0 == 4 ? 1 : 0 } == [250, 250, 250, 250, 0])
    }

    // MARK: consistent hash

    private func owners(_ service: ServiceState, _ count: UInt64 = 5000) -> [InstanceKey?] {
        var balancer = Balancer(seed: 0)
        return (0..<count).map { number in
            balancer.choose(for: .sample(number), in: service, at: .seconds(100)) { _ in 0 }
                .map { service.instances[$0].key }
        }
    }

    private func moved(_ old: [InstanceKey?], _ new: [InstanceKey?]) -> Double {
        Double(zip(old, new).count { $0 != $1 }) / Double(old.count)
    }

    @Test func `a lineage always has the same owner, in whatever order the instances stand`() throws {
        let instances = (0..<8).map { instance($0, weight: 1 + $0 % 3) }
        let old = owners(try service(instances, .consistentHash))
        #expect(old == owners(try service(instances.reversed(), .consistentHash)))
    }

    @Test func `lineages are spread by weight`() throws {
        let shares = shares(
            20_000, in: try service((0..<4).map { instance($0, weight: $0 + 1) }, .consistentHash))
        for position in 0..<4 {
            #expect(isNear(shares[position], Double(2000 * (position + 1)), within: 0.2))
        }
    }

    @Test func `an instance that comes takes about its share and nothing else moves`() throws {
        let before = owners(try service((0..<9).map { instance($0) }, .consistentHash))
        let after = owners(try service((0..<10).map { instance($0) }, .consistentHash))
        #expect(abs(moved(before, after) - 0.1) < 0.03)
        for (old, new) in zip(before, after) where old != new { #expect(new == key(9)) }
    }

    @Test func `an instance that fails loses its lineages alone and gets them back`() throws {
        let all = try service((0..<10).map { instance($0) }, .consistentHash)
        let failed = try service(
            (0..<10).map { instance($0, $0 == 4 ? .notRunning : .running) }, .consistentHash, following: all)
        let before = owners(all)
        let after = owners(failed)
        for (old, new) in zip(before, after) where old != new { #expect(old == key(4)) }
        #expect(abs(moved(before, after) - 0.1) < 0.03)
        // They go to many, not all to one neighbour.
        #expect(Set(zip(before, after).filter { $0 != $1 }.map(\.1)).count == 9)
        #expect(
            owners(try service((0..<10).map { instance($0) }, .consistentHash, following: failed)) == before)
    }

    @Test func `a weight that changes moves little`() throws {
        let before = owners(try service((0..<10).map { instance($0, weight: 10 + $0 % 2) }, .consistentHash))
        let after = owners(
            try service((0..<10).map { instance($0, weight: $0 == 0 ? 11 : 10 + $0 % 2) }, .consistentHash))
        #expect(moved(before, after) < 0.03)
    }

    @Test func `the heaviest service has a ring of bounded size`() throws {
        let service = try service(
            (0..<1024).map { instance($0, weight: $0 % 2 == 0 ? 256 : 255) }, .consistentHash)
        #expect(Set(owners(service, 3000).compactMap { $0 }).count > 800)
    }
}
