import Affinity
import Platform
import TestSupport
import Testing

@Suite struct AssociationTableTests {
    private func table(
        pins: Int = 1000, memoryBytes: Int = 1 << 20, owners: Int = 64, lifetime: Duration = .seconds(100)
    ) -> AssociationTable {
        AssociationTable(
            AssociationTableLimits(pins: pins, memoryBytes: memoryBytes, owners: owners, lifetime: lifetime),
            start: .seconds(0))
    }

    @Test func `an empty table has no pin`() {
        #expect(table().pin(of: .sample(1), at: portal, now: .seconds(0)) == nil)
    }

    @Test func `a pin comes back as it was`() {
        let table = table()
        let made = pin(first, generation: 7, origin: 1_790_000_000, reason: .ownerStartTimeout)
        #expect(table.reserve(.sample(1), made, now: .seconds(0)) == made)
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(0)) == made)
    }

    @Test func `lineages and services are told apart`() {
        let table = table()
        _ = table.reserve(.sample(1), pin(first), now: .seconds(0))
        _ = table.reserve(.sample(1), pin(second, at: mail), now: .seconds(0))
        _ = table.reserve(.sample(2), pin(third), now: .seconds(0))
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(0))?.owner == first)
        #expect(table.pin(of: .sample(1), at: mail, now: .seconds(0))?.owner == second)
        #expect(table.pin(of: .sample(2), at: portal, now: .seconds(0))?.owner == third)
        #expect(table.pin(of: .sample(2), at: mail, now: .seconds(0)) == nil)
    }

    @Test func `all pins of a lineage come at once`() {
        let table = table()
        for number in 1...3 as ClosedRange<UInt64> {
            _ = table.reserve(.sample(1), pin(first, at: ServiceKey(rawValue: number)), now: .seconds(0))
        }
        _ = table.reserve(.sample(2), pin(first), now: .seconds(0))
        #expect(table.pins(of: .sample(1), at: .seconds(0)).count == 3)
        #expect(table.pins(of: .sample(3), at: .seconds(0)).isEmpty)
        #expect(table.pins(of: .sample(1), at: .seconds(100)).isEmpty)
    }

    @Test func `lineages of nothing but equal bits are kept apart`() {
        let table = table()
        for lineage in [
            Lineage(high: 0, low: 0), Lineage(high: .max, low: .max), Lineage(high: 0, low: .max),
        ] {
            _ = table.reserve(lineage, pin(first), now: .seconds(0))
        }
        #expect(table.statistics.pins == 3)
        #expect(table.pin(of: Lineage(high: 0, low: 0), at: portal, now: .seconds(0)) != nil)
        #expect(table.pin(of: Lineage(high: .max, low: 0), at: portal, now: .seconds(0)) == nil)
    }

    // MARK: races

    @Test func `of several reservations the first wins`() {
        let table = table()
        #expect(table.reserve(.sample(1), pin(first), now: .seconds(0)).owner == first)
        #expect(table.reserve(.sample(1), pin(second), now: .seconds(0)).owner == first)
    }

    @Test func `a reservation of a newer generation wins and one of an older does not`() {
        let table = table()
        _ = table.reserve(.sample(1), pin(first, generation: 3), now: .seconds(0))
        #expect(table.reserve(.sample(1), pin(second, generation: 2), now: .seconds(0)).owner == first)
        #expect(table.reserve(.sample(1), pin(second, generation: 4), now: .seconds(0)).owner == second)
        #expect(table.livePins(of: first) == 0)
        #expect(table.livePins(of: second) == 1)
    }

    @Test func `of several moves of one pin the first wins`() {
        let table = table()
        let old = table.reserve(.sample(1), pin(first), now: .seconds(0))
        let moved = table.move(.sample(1), from: old, to: second, reason: .ownerDown, at: .seconds(5))
        #expect(moved == pin(second, generation: 1, origin: 5, reason: .ownerDown))
        #expect(table.move(.sample(1), from: old, to: third, reason: .ownerDown, at: .seconds(6)) == moved)
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(6)) == moved)
    }

    @Test func `a pin of a ticket that the table has lost is moved all the same`() {
        let table = table()
        let moved = table.move(
            .sample(1), from: pin(first, generation: 4), to: second, reason: .ownerDown, at: .seconds(5))
        #expect(moved.generation == 5)
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(5)) == moved)
    }

    @Test func `a newer pin of a ticket is moved over an older one of the table`() {
        let table = table()
        _ = table.reserve(.sample(1), pin(first, generation: 1), now: .seconds(0))
        let moved = table.move(
            .sample(1), from: pin(second, generation: 4), to: third, reason: .ownerDown, at: .seconds(5))
        #expect(moved == pin(third, generation: 5, origin: 5, reason: .ownerDown))
    }

    @Test func `where two owners have one generation the table counts`() {
        let table = table()
        _ = table.reserve(.sample(1), pin(first, generation: 1), now: .seconds(0))
        let result = table.move(
            .sample(1), from: pin(second, generation: 1), to: third, reason: .ownerDown, at: .seconds(5))
        #expect(result.owner == first)
    }

    @Test func `parallel threads agree on one owner for each lineage`() async {
        let table = table(pins: 100_000, memoryBytes: 16 << 20)
        let lineages = 2000 as UInt64
        let answers = await withTaskGroup(of: [InstanceKey].self) { group in
            for worker in 1...8 as ClosedRange<UInt64> {
                group.addTask {
                    (0..<lineages).map {
                        let mine = pin(InstanceKey(rawValue: worker))
                        let made = table.reserve(.sample($0), mine, now: .seconds(0))
                        let other = InstanceKey(rawValue: worker + 100)
                        guard made.generation == 0 else { return made.owner }
                        return table.move(
                            .sample($0), from: made, to: other, reason: .ownerDown, at: .seconds(1)
                        ).owner
                    }
                }
            }
            var all: [[InstanceKey]] = []
            for await answer in group { all.append(answer) }
            return all
        }
        for answer in answers.dropFirst() { #expect(answer == answers[0]) }
        let live = (0...200).reduce(0) { $0 + table.livePins(of: InstanceKey(rawValue: $1)) }
        #expect(live == Int(lineages))
        #expect(table.statistics.pins == Int(lineages))
    }

    // MARK: limits

    @Test func `a pin that nobody uses for its lifetime is gone`() {
        let table = table()
        _ = table.reserve(.sample(1), pin(first), now: .seconds(10))
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(60)) != nil)
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(159)) != nil)
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(259)) == nil)
        #expect(table.livePins(of: first) == 0)
        #expect(table.statistics.expired == 1)
    }

    @Test func `a lifetime that is over makes room for a new placement`() {
        let table = table()
        _ = table.reserve(.sample(1), pin(first, generation: 5), now: .seconds(0))
        #expect(table.reserve(.sample(1), pin(second), now: .seconds(100)).owner == second)
    }

    @Test func `the pin limit holds and the longest unused gives way`() {
        let table = table(pins: 8)
        for number in 0..<8 as Range<UInt64> {
            _ = table.reserve(.sample(number), pin(first), now: .seconds(number))
        }
        #expect(table.pin(of: .sample(0), at: portal, now: .seconds(20)) != nil)
        _ = table.reserve(.sample(8), pin(second), now: .seconds(21))
        #expect(table.statistics.pins == 8)
        #expect(table.statistics.evicted == 1)
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(21)) == nil)
        #expect(table.pin(of: .sample(0), at: portal, now: .seconds(21)) != nil)
        #expect(table.livePins(of: first) == 7)
    }

    @Test func `a large table keeps what was used lately`() {
        let table = table(pins: 20_000, memoryBytes: 64 << 20, lifetime: .seconds(10_000))
        for number in 0..<60_000 as Range<UInt64> {
            _ = table.reserve(.sample(number), pin(first), now: .seconds(number / 10))
        }
        let statistics = table.statistics
        #expect(statistics.pins <= 20_000)
        #expect(statistics.pins > 19_000)
        #expect(statistics.evicted == UInt64(60_000 - statistics.pins))
        let now = MonotonicTime.seconds(6000)
        let youngest = (55_000..<60_000).filter {
            table.pin(of: .sample(UInt64($0)), at: portal, now: now) != nil
        }
        #expect(youngest.count > 4900)
        #expect(table.livePins(of: first) == statistics.pins)
    }

    @Test func `the memory limit holds`() {
        let table = table(pins: 1_000_000, memoryBytes: 1 << 20)
        let owners = table.statistics.bytes
        for number in 0..<60_000 as Range<UInt64> {
            _ = table.reserve(.sample(number), pin(first), now: .seconds(0))
        }
        #expect(table.statistics.bytes - owners <= 1 << 20)
        #expect(table.statistics.pins > 20_000)
    }

    @Test func `memory comes with the pins`() {
        let table = table(pins: 10_000_000, memoryBytes: 1 << 30)
        #expect(table.statistics.bytes < 1 << 20)
        for number in 0..<50_000 as Range<UInt64> {
            _ = table.reserve(.sample(number), pin(first), now: .seconds(0))
        }
        #expect(table.statistics.bytes < 50_000 * 80 + (1 << 18))
    }

    @Test func `a table without room leaves the pin to its ticket`() {
        let table = table(pins: 0)
        #expect(table.reserve(.sample(1), pin(first), now: .seconds(0)) == pin(first))
        #expect(table.pin(of: .sample(1), at: portal, now: .seconds(0)) == nil)
        #expect(table.statistics.refused == 1)
        #expect(table.livePins(of: first) == 0)
    }

    @Test func `sweeping lets go of old pins without any look-up`() {
        let table = table(pins: 10_000, lifetime: .seconds(10))
        for number in 0..<3000 as Range<UInt64> {
            _ = table.reserve(
                .sample(number), pin(number % 2 == 0 ? first : second), now: .seconds(number % 3 == 0 ? 9 : 0)
            )
        }
        for _ in 0..<64 { table.sweep(now: .seconds(12)) }
        #expect(table.statistics.pins == 1000)
        #expect(table.livePins(of: first) == 500)
        #expect(table.statistics.expired == 2000)
    }

    @Test func `a removed pin is gone and others stay`() {
        let table = table()
        for number in 0..<500 as Range<UInt64> {
            _ = table.reserve(.sample(number), pin(first), now: .seconds(0))
        }
        for number in stride(from: 0, to: 500 as UInt64, by: 2) { table.remove(.sample(number), at: portal) }
        for number in 0..<500 as Range<UInt64> {
            let found = table.pin(of: .sample(number), at: portal, now: .seconds(0))
            #expect((found != nil) == (number % 2 == 1))
        }
        #expect(table.livePins(of: first) == 250)
    }

    @Test func `an invalid owner is not kept`() {
        let table = table()
        _ = table.reserve(.sample(1), pin(InstanceKey(rawValue: 0)), now: .seconds(0))
        #expect(table.statistics.pins == 0)
    }

    // MARK: counters

    @Test func `live pins follow reservations and moves`() {
        let table = table()
        let old = table.reserve(.sample(1), pin(first), now: .seconds(0))
        _ = table.reserve(.sample(1), pin(first, at: mail), now: .seconds(0))
        _ = table.reserve(.sample(2), pin(first), now: .seconds(0))
        #expect(table.livePins(of: first) == 3)
        #expect(table.livePins(of: first, at: portal) == 2)
        #expect(table.livePins(of: first, at: mail) == 1)
        _ = table.move(.sample(1), from: old, to: second, reason: .ownerDown, at: .seconds(1))
        #expect(table.livePins(of: first, at: portal) == 1)
        #expect(table.livePins(of: second) == 1)
        #expect(table.livePins(of: third) == 0)
    }

    @Test func `owners that nobody names any more make room for others`() {
        let table = table(owners: 16)
        for number in 1...400 as ClosedRange<UInt64> {
            let owner = InstanceKey(rawValue: number)
            _ = table.reserve(.sample(number), pin(owner), now: .seconds(0))
            #expect(table.livePins(of: owner) == 1)
            if number > 8 {
                table.remove(.sample(number - 8), at: portal)
                #expect(table.livePins(of: InstanceKey(rawValue: number - 8)) == 0)
            }
        }
        #expect(table.statistics.refused == 0)
        #expect(table.statistics.pins == 8)
    }

    @Test func `more owners than there is room for are refused and counted`() {
        let table = table(owners: 16)
        for number in 1...40 as ClosedRange<UInt64> {
            _ = table.reserve(.sample(number), pin(InstanceKey(rawValue: number)), now: .seconds(0))
        }
        #expect(table.statistics.pins == 16)
        #expect(table.statistics.refused == 24)
    }

    @Test func `it does what a dictionary would do`() {
        let table = table(pins: 4000, memoryBytes: 1 << 20, lifetime: .seconds(1_000_000))
        var model: [UInt64: Pin] = [:]
        var source = Mixer(state: 3)
        for step in 0..<100_000 as Range<UInt64> {
            let number = UInt64.random(in: 0..<1500, using: &source)
            let lineage = Lineage.sample(number)
            let owner = InstanceKey(rawValue: UInt64.random(in: 1...20, using: &source))
            switch UInt8.random(in: 0..<4, using: &source) {
            case 0:
                let made = table.reserve(lineage, pin(owner), now: .seconds(step / 1000))
                if model[number] == nil { model[number] = pin(owner) }
                #expect(made == model[number])
            case 1:
                guard let old = model[number] else { continue }
                model[number] = old.moved(to: owner, reason: .ownerDown, at: WallTime(seconds: step / 1000))
                let made = table.move(
                    lineage, from: old, to: owner, reason: .ownerDown, at: .seconds(step / 1000))
                #expect(made == model[number])
            case 2:
                table.remove(lineage, at: portal)
                model[number] = nil
            default:
                #expect(table.pin(of: lineage, at: portal, now: .seconds(step / 1000)) == model[number])
            }
        }
        #expect(table.statistics.pins == model.count)
        for owner in 1...20 as ClosedRange<UInt64> {
            let key = InstanceKey(rawValue: owner)
            #expect(table.livePins(of: key) == model.values.count { $0.owner == key })
        }
    }
}
