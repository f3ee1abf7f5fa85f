import Testing

@testable import Runtime

@Suite struct TimerWheelTests {
    /// A wheel for `count` identifiers that begins at tick 1000.
    private static func wheel(_ count: Int = 8) -> TimerWheel {
        var wheel = TimerWheel(tick: 1000)
        wheel.grow(to: count)
        return wheel
    }

    @Test func `an empty wheel has no next tick`() {
        var wheel = Self.wheel()
        #expect(wheel.nextTick == nil)
        #expect(wheel.expire(1 << 40) == [])
    }

    @Test func `a deadline fires at its tick and not before`() {
        var wheel = Self.wheel()
        wheel.set(3, deadline: 1005)
        #expect(wheel.nextTick == 1005)
        #expect(wheel.expire(1004) == [])
        #expect(wheel.expire(1005) == [3])
        #expect(wheel.nextTick == nil)
    }

    @Test func `a deadline fires once`() {
        var wheel = Self.wheel()
        wheel.set(3, deadline: 1005)
        #expect(wheel.expire(1005) == [3])
        #expect(wheel.expire(20_000) == [])
    }

    @Test(arguments: [0, 999, 1000, 1001] as [UInt64])
    func `a deadline that has passed fires with the next tick`(deadline: UInt64) {
        var wheel = Self.wheel()
        wheel.set(1, deadline: deadline)
        #expect(wheel.nextTick == 1001)
        #expect(wheel.expire(1000) == [])
        #expect(wheel.expire(1001) == [1])
    }

    @Test func `a deadline moved later fires at the later tick`() {
        var wheel = Self.wheel()
        wheel.set(1, deadline: 1005)
        wheel.set(1, deadline: 1010)
        #expect(wheel.expire(1009) == [])
        #expect(wheel.nextTick == 1010)
        #expect(wheel.expire(1010) == [1])
    }

    @Test func `a deadline moved earlier fires at the earlier tick`() {
        var wheel = Self.wheel()
        wheel.set(1, deadline: 1010)
        wheel.set(1, deadline: 1005)
        #expect(wheel.expire(1005) == [1])
        #expect(wheel.expire(1010) == [])
    }

    @Test func `a deadline moved later and then between fires between`() {
        var wheel = Self.wheel()
        wheel.set(1, deadline: 1005)
        wheel.set(1, deadline: 1020)
        wheel.set(1, deadline: 1010)
        #expect(wheel.expire(1009) == [])
        #expect(wheel.expire(1010) == [1])
    }

    @Test func `a cleared deadline never fires`() {
        var wheel = Self.wheel()
        wheel.set(1, deadline: 1005)
        wheel.set(2, deadline: 1005)
        wheel.clear(1)
        #expect(wheel.expire(2000) == [2])
    }

    @Test func `a cleared deadline that is set again fires at the new tick alone`() {
        var wheel = Self.wheel()
        for (identifier, deadline) in [(1, 1003), (2, 1005), (3, 1007), (4, 1005 + 4096)] as [(Int32, UInt64)]
        {
            wheel.set(identifier, deadline: 1005)
            wheel.clear(identifier)
            wheel.set(identifier, deadline: deadline)
        }
        #expect(wheel.expire(1002) == [])
        #expect(wheel.expire(1003) == [1])
        #expect(wheel.expire(1005) == [2])
        #expect(wheel.expire(1007) == [3])
        // Its bucket has come by: what it is set to now is not later than that.
        wheel.clear(4)
        wheel.set(4, deadline: 2000)
        #expect(wheel.expire(1999) == [])
        #expect(wheel.expire(2000) == [4])
        #expect(wheel.nextTick == nil)
    }

    @Test func `clearing what was never set changes nothing`() {
        var wheel = Self.wheel()
        wheel.set(1, deadline: 1005)
        wheel.clear(2)
        wheel.clear(2)
        #expect(wheel.expire(1005) == [1])
    }

    @Test(arguments: [4096, 4097, 8192, 50_000] as [UInt64])
    func `a deadline many rounds ahead fires at its tick`(distance: UInt64) {
        var wheel = Self.wheel()
        wheel.set(1, deadline: 1000 + distance)
        var tick: UInt64 = 1000
        while let next = wheel.nextTick, next < 1000 + distance {
            tick = next
            #expect(wheel.expire(tick) == [])
        }
        #expect(wheel.nextTick == 1000 + distance)
        #expect(wheel.expire(1000 + distance) == [1])
    }

    @Test func `a jump over many rounds expires all that came due`() {
        var wheel = Self.wheel()
        wheel.set(0, deadline: 1001)
        wheel.set(1, deadline: 6000)
        wheel.set(2, deadline: 90_000)
        wheel.set(3, deadline: 100_001)
        #expect(wheel.expire(100_000) == [0, 1, 2])
        #expect(wheel.expire(100_001) == [3])
    }

    @Test func `the farthest deadline waits`() {
        var wheel = Self.wheel()
        wheel.set(1, deadline: .max)
        #expect(wheel.expire(1 << 50) == [])
        wheel.set(1, deadline: (1 << 50) + 2)
        #expect(wheel.expire((1 << 50) + 2) == [1])
    }

    @Test func `one that is due can still be cleared`() {
        var wheel = Self.wheel()
        wheel.set(1, deadline: 1005)
        wheel.set(2, deadline: 1005)
        wheel.advance(to: 1005)
        let first = wheel.popDue()
        wheel.clear(first == 1 ? 2 : 1)
        #expect(wheel.popDue() == nil)
    }

    @Test func `one that is due can still be moved`() {
        var wheel = Self.wheel()
        wheel.set(1, deadline: 1005)
        wheel.set(2, deadline: 1005)
        wheel.advance(to: 1005)
        let first = wheel.popDue()
        let second: Int32 = first == 1 ? 2 : 1
        wheel.set(second, deadline: 1100)
        #expect(wheel.popDue() == nil)
        #expect(wheel.expire(1099) == [])
        #expect(wheel.expire(1100) == [second])
    }

    @Test func `growing keeps the deadlines`() {
        var wheel = Self.wheel(1)
        wheel.set(0, deadline: 1005)
        wheel.grow(to: 1000)
        wheel.set(999, deadline: 1005)
        #expect(wheel.expire(1005) == [0, 999])
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `the wheel agrees with a sorted list`(seed: UInt64) {
        var random = SplitMix(state: seed)
        var wheel = Self.wheel(64)
        var model: [Int32: UInt64] = [:]
        var now: UInt64 = 1000
        for _ in 0..<2000 {
            let identifier = Int32(random.next() % 64)
            switch random.next() % 8 {
            case 0:
                wheel.clear(identifier)
                model[identifier] = nil
            case 1...5:
                // Near, around the first round's end, or rounds away; sometimes past.
                let spread: UInt64 = [20, 5000, 100_000][Int(random.next() % 3)]
                let deadline = now + random.next() % spread - min(now, 5)
                wheel.set(identifier, deadline: deadline)
                model[identifier] = max(deadline, now + 1)
            default:
                let spread: UInt64 = [2, 50, 6000][Int(random.next() % 3)]
                now += random.next() % spread
                let due = model.filter { $0.value <= now }.keys.sorted()
                for identifier in due { model[identifier] = nil }
                #expect(wheel.expire(now) == due)
            }
            if let earliest = model.values.min() {
                let next = wheel.nextTick ?? .max
                #expect(next > now && next <= earliest)
            } else {
                #expect(wheel.nextTick == nil)
            }
        }
    }
}

extension TimerWheel {
    /// Moves on and takes out all that are due, sorted.
    fileprivate mutating func expire(_ now: UInt64) -> [Int32] {
        advance(to: now)
        var due: [Int32] = []
        while let identifier = popDue() { due.append(identifier) }
        return due.sorted()
    }
}

/// A small generator with a seed, so that a failure can be repeated.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
