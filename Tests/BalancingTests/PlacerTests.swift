import Affinity
import Balancing
import Platform
import TestSupport
import Testing

@Suite struct PlacerTests {
    private let placer = Placer(AssociationTable(start: .seconds(0)))

    private func place(
        _ association: inout Association, _ instances: [InstanceState], _ policy: Policy = .roundRobin,
        heldSince: UInt64? = nil, at second: UInt64 = 100, seed: UInt64 = 0
    ) throws -> Placing {
        var balancer = Balancer(seed: seed)
        return placer.place(
            &association, in: try service(instances, policy), with: &balancer,
            heldSince: heldSince.map { .seconds($0) }, at: .seconds(second), requests: { _ in 0 })
    }

    private func placed(_ placing: Placing) throws -> Placed {
        guard case .send(let placed) = placing else { throw Unplaced(placing: placing) }
        return placed
    }

    private struct Unplaced: Error {
        let placing: Placing
    }

    private func minted(_ number: UInt64, absence: Reason = .new) -> Association {
        Association(minted: .sample(number), at: WallTime(seconds: 1), absence: absence)
    }

    private func resumed(_ number: UInt64, _ pin: Pin?) -> Association {
        var pins = PinSet()
        if let pin { pins.put(pin) }
        return Association(
            resuming: AssociationData(
                lineage: .sample(number), origin: WallTime(seconds: 1), epoch: 0, policyHash: 0,
                virtualHostHash: 0,
                pins: pins))
    }

    private func refused(_ number: UInt64, _ pin: Pin, minted other: UInt64) -> Association {
        var pins = PinSet()
        pins.put(pin)
        return Association(
            refused: AssociationData(
                lineage: .sample(number), origin: WallTime(seconds: 1), epoch: 0, policyHash: 0,
                virtualHostHash: 0,
                pins: pins), minted: .sample(other), at: WallTime(seconds: 2), reason: .policyChanged)
    }

    private let three = [instance(0), instance(1), instance(2)]

    // MARK: placing

    @Test func `a new lineage is placed once and then stays`() throws {
        var association = minted(1)
        let first = try placed(place(&association, three))
        #expect(first.reason == .new)
        let again = try placed(place(&association, three, seed: 5))
        #expect(again.reason == .pinned)
        #expect(again.position == first.position)
        #expect(association.generation == 1)
    }

    @Test(arguments: [Reason.unknownTicketKey, .noAssociation])
    func `a placement without a pin has the reason of the absence`(reason: Reason) throws {
        var association = minted(1, absence: reason)
        #expect(try placed(place(&association, three)).reason == reason)
    }

    @Test func `a resumed lineage goes where its ticket says though the table is lost`() throws {
        var association = resumed(1, pin(2))
        let placed = try placed(place(&association, three))
        #expect(placed.position == 2)
        #expect(placed.reason == .pinned)
        #expect(placer.table.livePins(of: key(2)) == 1)
        #expect(association.generation == 0)
    }

    @Test func `the table counts over an older ticket, which is then to be issued again`() throws {
        _ = placer.table.reserve(.sample(1), pin(1, generation: 3), now: .seconds(50))
        var association = resumed(1, pin(2, generation: 2))
        #expect(try placed(place(&association, three)).position == 1)
        #expect(association.generation == 1)
    }

    @Test func `a newer ticket counts over the table and corrects it`() throws {
        _ = placer.table.reserve(.sample(1), pin(1, generation: 1), now: .seconds(50))
        var association = resumed(1, pin(2, generation: 2))
        #expect(try placed(place(&association, three)).position == 2)
        #expect(placer.table.pin(of: .sample(1), at: portal, now: .seconds(100))?.owner == key(2))
    }

    @Test func `a resumed lineage without a pin lacks an association`() throws {
        var association = resumed(1, nil)
        #expect(try placed(place(&association, three)).reason == .noAssociation)
    }

    // MARK: moving

    @Test func `a pin whose owner is down moves and stays when the owner comes back`() throws {
        var association = resumed(1, pin(0))
        let moved = try placed(place(&association, [instance(0, .notRunning), instance(1)]))
        #expect(moved.reason == .ownerDown)
        #expect(moved.position == 1)
        #expect(moved.pin.generation == 1)
        let later = try placed(place(&association, three))
        #expect(later.position == 1)
        #expect(later.reason == .pinned)
        var old = resumed(1, pin(0))
        #expect(try placed(place(&old, three)).position == 1)
    }

    @Test func `connections with the old ticket agree about the new owner`() throws {
        var positions = Set<Int>()
        for seed in 0..<20 as Range<UInt64> {
            var association = resumed(1, pin(0))
            let instances = [instance(0, .notRunning)] + (1..<10).map { instance($0) }
            positions.insert(try placed(place(&association, instances, .leastRequests, seed: seed)).position)
        }
        #expect(positions.count == 1)
        #expect(placer.table.statistics.pins == 1)
    }

    @Test func `a held request goes to its owner once it runs`() throws {
        var association = resumed(1, pin(0))
        #expect(
            try place(&association, [instance(0, .starting), instance(1)]) == .hold(0, until: .seconds(110)))
        let placed = try placed(place(&association, [instance(0), instance(1)], heldSince: 100, at: 105))
        #expect(placed.position == 0)
        #expect(placed.reason == .pinned)
    }

    @Test func `a held request moves at the hold timeout, and others that were held follow it`() throws {
        let instances = [instance(0, .starting)] + (1..<10).map { instance($0) }
        var first = resumed(1, pin(0))
        var second = resumed(1, pin(0))
        let moved = try placed(place(&first, instances, .leastRequests, heldSince: 100, at: 110, seed: 1))
        #expect(moved.reason == .ownerStartTimeout)
        let followed = try placed(place(&second, instances, .leastRequests, heldSince: 104, at: 111, seed: 2))
        #expect(followed.position == moved.position)
        #expect(followed.reason == .pinned)
    }

    @Test func `a pin is kept where nobody can take it`() throws {
        var association = resumed(1, pin(0))
        #expect(
            try place(&association, [instance(0, .notRunning), instance(1, .notRunning)]) == .unavailable)
        #expect(association.pins.pin(for: portal) == pin(0))
        #expect(try placed(place(&association, three)).position == 0)
    }

    @Test func `a pin to an instance that is gone is rebalanced`() throws {
        var association = resumed(1, pin(9))
        #expect(try placed(place(&association, three)).reason == .rebalanced)
    }

    // MARK: handshakes

    @Test func `the first request after a reservation tells the reason of the placement`() throws {
        var association = minted(1)
        var balancer = Balancer(seed: 0)
        let isKnown = placer.reserve(
            &association, in: try service(three), with: &balancer, at: .seconds(99), requests: { _ in 0 })
        #expect(isKnown)
        #expect(association.pins.count == 1)
        #expect(try placed(place(&association, three)).reason == .new)
        #expect(try placed(place(&association, three)).reason == .pinned)
    }

    @Test func `the first request of a resumed connection is pinned`() throws {
        var association = resumed(1, pin(2))
        var balancer = Balancer(seed: 0)
        placer.reserve(
            &association, in: try service(three), with: &balancer, at: .seconds(99), requests: { _ in 0 })
        #expect(try placed(place(&association, three)).reason == .pinned)
    }

    @Test func `nothing is reserved where the request will have to wait`() throws {
        var association = resumed(1, pin(0))
        var balancer = Balancer(seed: 0)
        let isKnown = placer.reserve(
            &association, in: try service([instance(0, .starting), instance(1)]), with: &balancer,
            at: .seconds(99),
            requests: { _ in 0 })
        #expect(!isKnown)
        #expect(placer.table.statistics.pins == 0)
    }

    // MARK: refused sessions

    @Test func `a session that is not resumed reaches its owner under a new lineage`() throws {
        var association = refused(1, pin(2), minted: 2)
        let placed = try placed(place(&association, three))
        #expect(placed.position == 2)
        #expect(placed.reason == .pinned)
        var later = resumed(2, nil)
        #expect(try self.placed(place(&later, three)).position == 2)
    }

    @Test func `what the table knows of a refused session counts over its ticket`() throws {
        _ = placer.table.reserve(.sample(1), pin(1, generation: 1), now: .seconds(50))
        var association = refused(1, pin(2), minted: 2)
        #expect(try placed(place(&association, three)).position == 1)
    }

    @Test func `parallel handshakes of a refused session agree about a new owner`() throws {
        var positions = Set<Int>()
        for number in 0..<20 as Range<UInt64> {
            var association = refused(1, pin(0), minted: 10 + number)
            let instances = [instance(0, .notRunning)] + (1..<10).map { instance($0) }
            positions.insert(
                try placed(place(&association, instances, .leastRequests, seed: number)).position)
        }
        #expect(positions.count == 1)
    }

    // MARK: fallback

    @Test func `an instance that cannot be reached gives its pin to the next`() throws {
        var association = resumed(1, pin(1))
        var tried = InstanceSet()
        tried.insert(1)
        let service = try service(three, .roundRobin)
        let next = placer.placeAgain(
            &association, tried: tried, in: service, with: Balancer(seed: 0), at: .seconds(100),
            requests: { _ in 0 })
        let position = try placed(next).position
        #expect(position != 1)
        #expect(try placed(next).reason == .ownerDown)
        #expect(try placed(place(&association, three)).position == position)
        for position in [0, 2] { tried.insert(position) }
        let none = placer.placeAgain(
            &association, tried: tried, in: service, with: Balancer(seed: 0), at: .seconds(100),
            requests: { _ in 0 })
        #expect(none == .unavailable)
    }

    @Test func `a pin that another worker has moved meanwhile is followed`() throws {
        var association = resumed(1, pin(1))
        _ = placer.table.move(.sample(1), from: pin(1), to: key(0), reason: .ownerDown, at: .seconds(99))
        var tried = InstanceSet()
        tried.insert(1)
        let next = placer.placeAgain(
            &association, tried: tried, in: try service(three, .roundRobin),
            with: Balancer(seed: 0),
            at: .seconds(100), requests: { _ in 0 })
        #expect(try placed(next).position == 0)
        #expect(try placed(next).reason == .pinned)
    }

    // MARK: adoption

    private func reserved(_ number: UInt64) throws -> Association {
        var association = minted(number)
        var balancer = Balancer(seed: 0)
        placer.reserve(
            &association, in: try service(three, .roundRobin), with: &balancer, at: .seconds(99),
            requests: { _ in 0 })
        return association
    }

    private func tablePin(_ number: UInt64) -> Pin? {
        placer.table.pin(of: .sample(number), at: portal, now: .seconds(100))
    }

    @Test func `a cookie found after the handshake brings its lineage and its owner`() throws {
        var association = try reserved(2)
        #expect(tablePin(2)?.owner == key(0))
        placer.adopt(resumed(1, pin(2)), over: &association, isCarried: false, at: .seconds(100))
        #expect(association.lineage == .sample(1))
        let placed = try placed(place(&association, three))
        #expect(placed.position == 2)
        #expect(placed.reason == .pinned)
        #expect(tablePin(2) == nil)
        #expect(placer.table.livePins(of: key(0)) == 0)
    }

    @Test func `where a ticket has left already both lineages go to the cookie's owner`() throws {
        var association = try reserved(2)
        placer.adopt(resumed(1, pin(2)), over: &association, isCarried: true, at: .seconds(100))
        #expect(association.lineage == .sample(2))
        #expect(try placed(place(&association, three)).position == 2)
        var later = resumed(2, pin(0))
        #expect(try placed(place(&later, three)).position == 2)
    }

    @Test func `lineages that agree move together`() throws {
        var association = try reserved(2)
        placer.adopt(resumed(1, pin(2)), over: &association, isCarried: true, at: .seconds(100))
        let down = (0..<9).map { instance($0, $0 == 2 ? .notRunning : .running) }
        let moved = try placed(place(&association, down, .leastRequests, seed: 4))
        #expect(moved.reason == .ownerDown)
        for number in 1...2 as ClosedRange<UInt64> {
            var other = resumed(number, pin(2))
            #expect(
                try placed(place(&other, down, .leastRequests, seed: 9 + number)).position == moved.position)
        }
    }

    @Test func `a cookie whose pin is lost takes over the owner of the handshake and says so`() throws {
        var association = try reserved(2)
        placer.adopt(resumed(1, nil), over: &association, isCarried: false, at: .seconds(100))
        #expect(association.lineage == .sample(1))
        let placed = try placed(place(&association, three, seed: 7))
        #expect(placed.position == 0)
        #expect(placed.reason == .noAssociation)
        #expect(tablePin(1)?.owner == key(0))
        #expect(tablePin(2) == nil)
    }

    @Test func `parallel first connections of one source agree`() throws {
        var positions = Set<Int>()
        for number in 10..<30 as Range<UInt64> {
            var association = minted(number)
            var balancer = Balancer(seed: number)
            placer.reserve(
                &association, in: try service(three), with: &balancer, at: .seconds(99), requests: { _ in 0 })
            placer.adopt(minted(1), over: &association, isCarried: number % 2 == 0, at: .seconds(100))
            positions.insert(try placed(place(&association, three, .leastRequests, seed: number)).position)
        }
        #expect(positions.count == 1)
    }

    // MARK: no association

    private func placeUnpinned(
        _ instances: [InstanceState], except tried: InstanceSet = InstanceSet(), heldSince: UInt64? = nil
    ) throws -> Placing {
        var balancer = Balancer(seed: 0)
        return placer.placeUnpinned(
            .sample(1), except: tried, in: try service(instances), with: &balancer,
            heldSince: heldSince.map { .seconds($0) }, at: .seconds(100), requests: { _ in 0 })
    }

    @Test func `what nothing ties to an owner is placed by policy and leaves no pin`() throws {
        let placed = try placed(placeUnpinned([instance(0, .notRunning), instance(1)]))
        #expect(placed.position == 1)
        #expect(placed.reason == .noAssociation)
        #expect(placer.table.statistics.pins == 0)
    }

    @Test func `what nothing ties to an owner waits and is refused like a new lineage`() throws {
        #expect(try placeUnpinned([instance(0, .starting)]) == .hold(nil, until: .seconds(110)))
        #expect(try placeUnpinned([instance(0, .starting)], heldSince: 90) == .unavailable)
        #expect(try placeUnpinned([instance(0, .notRunning)]) == .unavailable)
        var tried = InstanceSet()
        tried.insert(0)
        #expect(try placeUnpinned([instance(0)], except: tried) == .unavailable)
    }

    // MARK: policies and races

    @Test func `least sessions fills the instances evenly from the live pins`() throws {
        for number in 0..<300 as Range<UInt64> {
            var association = minted(number)
            _ = try placed(place(&association, three, .leastSessions, seed: number))
        }
        #expect((0..<3).map { placer.table.livePins(of: key($0), at: portal) } == [100, 100, 100])
    }

    @Test func `workers that place and move at once agree`() async throws {
        let up = try service((0..<10).map { instance($0) })
        let down = try service((0..<10).map { instance($0, $0 < 5 ? .notRunning : .running) })
        let placer = placer
        let answers = await withTaskGroup(of: [[Int?]].self) { group in
            for worker in 0..<8 as Range<UInt64> {
                group.addTask {
                    var balancer = Balancer(seed: worker)
                    return [up, down].map { service in
                        (0..<500 as Range<UInt64>).map { number -> Int? in
                            var association = Association(minted: .sample(number), at: WallTime(seconds: 1))
                            let placing = placer.place(
                                &association, in: service, with: &balancer, at: .seconds(100),
                                requests: { _ in 0 })
                            guard case .send(let placed) = placing else { return nil }
                            return placed.position
                        }
                    }
                }
            }
            var all: [[[Int?]]] = []
            for await answer in group { all.append(answer) }
            return all
        }
        // A worker may be through with the first round while another is not in the second: then both know.
        for answer in answers {
            #expect(answer[1] == answers[0][1])
            #expect(answer.joined().allSatisfy { $0 != nil })
        }
        #expect(placer.table.statistics.pins == 500)
    }
}
