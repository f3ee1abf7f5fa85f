import Affinity
import Balancing
import Platform
import Testing

@Suite struct ServiceStateTests {
    @Test func `positions are found by identity`() throws {
        let service = try service((0..<1024).map { instance($0) })
        for position in 0..<1024 { #expect(service.position(of: key(position)) == position) }
        #expect(service.position(of: key(1024)) == nil)
        #expect(try ServiceState(key: portal, instances: []).position(of: key(0)) == nil)
    }

    @Test func `too many instances are refused`() {
        #expect(throws: BalancingError.tooManyInstances(1025)) {
            try service((0..<1025).map { instance($0) })
        }
    }

    @Test func `two instances of one identity are refused`() {
        #expect(throws: BalancingError.repeatedInstance(position: 2)) {
            try service([instance(0), instance(1), instance(0)])
        }
    }

    @Test(arguments: [-1, 257, Int.max, Int.min])
    func `a weight out of range is refused`(weight: Int) {
        #expect(throws: BalancingError.weightOutOfRange(weight, position: 1)) {
            try service([instance(0), instance(1, weight: weight)])
        }
    }

    @Test func `the layout follows identities and their order and nothing else`() throws {
        let layout = try service([instance(0), instance(1)]).layout
        #expect(try service([instance(0, .notRunning), instance(1, weight: 7)]).layout == layout)
        #expect(try service([instance(1), instance(0)]).layout != layout)
        #expect(try service([instance(0)]).layout != layout)
        #expect(try service([instance(0), instance(2)]).layout != layout)
    }

    @Test func `a snapshot finds a service by its key`() throws {
        let snapshot = StatusSnapshot(number: 4, services: [try service([instance(0)])])
        #expect(snapshot.service(portal)?.instances.count == 1)
        #expect(snapshot.service(ServiceKey(rawValue: 1)) == nil)
    }
}

@Suite struct InstanceSetTests {
    @Test func `it has what was put in`() {
        var set = InstanceSet()
        #expect(set.isEmpty)
        for position in [0, 63, 64, 1023] { set.insert(position) }
        #expect((0..<1024).filter { set.contains($0) } == [0, 63, 64, 1023])
        #expect(set.count == 4)
        #expect(!set.isEmpty)
    }

    @Test func `positions out of range are ignored`() {
        var set = InstanceSet()
        for position in [-1, 1024, Int.max, Int.min] {
            set.insert(position)
            #expect(!set.contains(position))
        }
        #expect(set.isEmpty)
    }
}
