import Platform
import Testing

@testable import TLS

@Suite struct TicketKeyRingTests {
    private let start = WallTime(seconds: 1_000_000)

    private func after(_ seconds: UInt64) -> WallTime {
        WallTime(seconds: start.seconds + seconds)
    }

    @Test func `a key seals for one rotation and opens until its last`() throws {
        let ring = try TicketKeyRing(rotation: .seconds(100), keptKeys: 2, now: start)
        let first = try #require(ring.sealingKey(now: start))
        #expect(ring.sealingKey(now: after(99)) === first)
        let second = try #require(ring.sealingKey(now: after(100)))
        #expect(second !== first)
        #expect(isOpening(ring, first, after(299)))
        #expect(!isOpening(ring, first, after(300)))
        #expect(isOpening(ring, second, after(399)))
    }

    @Test func `tickets are told what is left of the key's life`() throws {
        let ring = try TicketKeyRing(rotation: .seconds(100), keptKeys: 2, now: start)
        #expect(ring.remainingLife(now: start) == 300)
        #expect(ring.remainingLife(now: after(99)) == 201)
        #expect(ring.remainingLife(now: after(100)) == 300)
    }

    @Test func `the number of keys is bounded, the oldest go first`() throws {
        let ring = try TicketKeyRing(rotation: .seconds(100), keptKeys: 2, now: start)
        let first = try #require(ring.sealingKey(now: start))
        try ring.rotate(now: start)
        let second = try #require(ring.sealingKey(now: start))
        for _ in 0..<2 { try ring.rotate(now: after(1)) }
        #expect(ring.count == 3)
        #expect(!isOpening(ring, first, after(1)))
        #expect(isOpening(ring, second, after(1)))
    }

    @Test func `a key that is not yet due opens tickets of others and seals none before its time`() throws {
        let ring = try TicketKeyRing(rotation: .seconds(100), keptKeys: 3, now: start)
        let present = try #require(ring.sealingKey(now: start))
        try ring.rotate(now: after(50))
        #expect(ring.count == 2)
        for moment in [0, 1, 49] as [UInt64] { #expect(ring.sealingKey(now: after(moment)) === present) }
        let next = try #require(ring.sealingKey(now: after(50)))
        #expect(next !== present)
        #expect(isOpening(ring, next, start), "who is ahead of us may have sealed with it already")
        #expect(isOpening(ring, present, after(399)))
    }

    @Test func `retired keys leave at the next rotation`() throws {
        let ring = try TicketKeyRing(rotation: .seconds(100), keptKeys: 5, now: start)
        #expect(ring.rotateIfDue(now: after(10_000)))
        #expect(!ring.rotateIfDue(now: after(10_000)))
        #expect(ring.count == 1)
    }

    @Test func `a clock that was set back still finds a key`() throws {
        let ring = try TicketKeyRing(rotation: .seconds(100), keptKeys: 1, now: start)
        let key = try #require(ring.sealingKey(now: start))
        #expect(ring.sealingKey(now: WallTime(seconds: 5)) === key)
        #expect(ring.count == 1)
    }

    @Test func `numbers out of range are refused`() {
        for keptKeys in [0, 65, -1] {
            #expect(throws: TLSError.self) { try TicketKeyRing(rotation: .seconds(1), keptKeys: keptKeys) }
        }
        #expect(throws: TLSError.self) { try TicketKeyRing(rotation: .milliseconds(999), keptKeys: 1) }
    }

    @Test func `the longest rotation does not overflow`() throws {
        let ring = try TicketKeyRing(rotation: .seconds(Int64.max), keptKeys: 64, now: start)
        #expect(ring.remainingLife(now: start) == UInt32.max)
        #expect(ring.sealingKey(now: start) != nil)
    }

    private func isOpening(_ ring: TicketKeyRing, _ key: TicketKey, _ now: WallTime) -> Bool {
        unsafe key.withName { unsafe ring.openingKey(named: $0, now: now) === key }
    }
}
