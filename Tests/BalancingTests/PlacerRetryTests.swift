import Affinity
import Balancing
import Platform
import TestSupport
import Testing

/// Where a request goes whose instance could not be reached: the statuses decide again.
@Suite struct PlacerRetryTests {
    private let placer = Placer(AssociationTable(start: .seconds(0)))

    /// Places a request again that is pinned to instance 0 and has tried the positions in `tried`.
    private func placeAgain(
        _ instances: [InstanceState], tried: [Int] = [0], heldSince: UInt64? = nil, doubtEnd: UInt64? = nil
    ) throws -> Placing {
        var pins = PinSet()
        pins.put(pin(0))
        var association = Association(
            resuming: AssociationData(
                lineage: .sample(1), origin: WallTime(seconds: 1), epoch: 0, policyHash: 0,
                virtualHostHash: 0, pins: pins))
        var set = InstanceSet()
        for position in tried { set.insert(position) }
        return placer.placeAgain(
            &association, tried: set, in: try service(instances, .roundRobin),
            with: Balancer(seed: 0), heldSince: heldSince.map { .seconds($0) },
            doubtEnd: doubtEnd.map { .seconds($0) }, at: .seconds(100), requests: { _ in 0 })
    }

    private func destination(_ placing: Placing) -> (position: Int, reason: Reason)? {
        guard case .send(let placed) = placing else { return nil }
        return (placed.position, placed.reason)
    }

    @Test func `it waits for an owner that has turned out to be starting, and no longer than any other`()
        throws
    {
        let instances = [instance(0, .starting), instance(1)]
        #expect(try placeAgain(instances) == .hold(0, until: .seconds(110)))
        #expect(try placeAgain(instances, heldSince: 95) == .hold(0, until: .seconds(105)))
        #expect(try placeAgain([instance(0, .starting)]) == .hold(0, until: .seconds(110)))
        #expect(placer.table.statistics.pins == 0, "the pin has not moved")
        let moved = try destination(placeAgain(instances, heldSince: 90))
        #expect(moved?.position == 1 && moved?.reason == .ownerStartTimeout)
    }

    @Test func `it waits for an owner that is called running as long as there is doubt`() throws {
        #expect(try placeAgain([instance(0), instance(1)], doubtEnd: 101) == .hold(0, until: .seconds(101)))
        #expect(placer.table.statistics.pins == 0, "the pin has not moved")
        let moved = try destination(placeAgain([instance(0), instance(1)]))
        #expect(moved?.position == 1 && moved?.reason == .ownerDown)
    }

    @Test func `doubt keeps nobody with an owner that is known to be down`() throws {
        let moved = try destination(placeAgain([instance(0, .notRunning), instance(1)], doubtEnd: 101))
        #expect(moved?.position == 1 && moved?.reason == .ownerDown)
    }

    @Test func `doubt keeps nobody with an owner that is disabled, and the reason says so`() throws {
        let moved = try destination(
            placeAgain([instance(0, .running, .disabled), instance(1)], doubtEnd: 101))
        #expect(moved?.position == 1 && moved?.reason == .ownerDisabled)
    }
}
