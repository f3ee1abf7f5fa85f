import Affinity
import Platform
import Testing

@Suite struct PinTests {
    @Test func `the table counts where both are of one generation`() {
        #expect(Pin.merged(table: pin(first), ticket: pin(second)) == pin(first))
    }

    @Test func `the table counts over a ticket of an older generation`() {
        #expect(
            Pin.merged(table: pin(first, generation: 2), ticket: pin(second, generation: 1))?.owner == first)
    }

    @Test func `a ticket of a newer generation counts over the table`() {
        #expect(
            Pin.merged(table: pin(first, generation: 1), ticket: pin(second, generation: 2))?.owner == second)
    }

    @Test func `either counts alone`() {
        #expect(Pin.merged(table: nil, ticket: pin(second)) == pin(second))
        #expect(Pin.merged(table: pin(first), ticket: nil) == pin(first))
        #expect(Pin.merged(table: nil, ticket: nil) == nil)
    }

    @Test func `a move raises the generation and keeps the service`() {
        let moved = pin(first, generation: 3).moved(to: second, reason: .ownerDown, at: WallTime(seconds: 9))
        #expect(moved == pin(second, generation: 4, origin: 9, reason: .ownerDown))
    }

    @Test func `the largest generation is not passed`() {
        let moved = pin(first, generation: .max).moved(
            to: second, reason: .ownerDown, at: WallTime(seconds: 9))
        #expect(moved.generation == .max)
    }
}

@Suite struct PinSetTests {
    @Test func `a pin takes the place of the one for its service`() {
        var set = PinSet()
        set.put(pin(first))
        let isChanged = set.put(pin(second, generation: 1))
        #expect(isChanged)
        #expect(set.count == 1)
        #expect(set.pin(for: portal)?.owner == second)
        #expect(set.pin(for: mail) == nil)
    }

    @Test func `an equal pin changes nothing`() {
        var set = PinSet()
        set.put(pin(first))
        let isChanged = set.put(pin(first))
        #expect(!isChanged)
    }

    @Test func `a fifth pin takes the place of the oldest`() {
        var set = PinSet()
        for number in 1...5 as ClosedRange<UInt64> {
            set.put(pin(first, at: ServiceKey(rawValue: number), origin: number == 3 ? 1 : 10 + number))
        }
        #expect(set.count == PinSet.capacity)
        #expect(set.pin(for: ServiceKey(rawValue: 3)) == nil)
        #expect(set.pin(for: ServiceKey(rawValue: 5)) != nil)
    }

    @Test func `a fifth pin that is the oldest is left out`() {
        var set = PinSet()
        for number in 1...4 as ClosedRange<UInt64> {
            set.put(pin(first, at: ServiceKey(rawValue: number), origin: 10 + number))
        }
        let isChanged = set.put(pin(first, at: ServiceKey(rawValue: 5), origin: 11))
        #expect(!isChanged)
        #expect(set.pin(for: ServiceKey(rawValue: 5)) == nil)
    }
}
