import Platform
import Testing

@testable import TLS

@Suite struct TicketKeyKeepingTests {
    private let start = WallTime(seconds: 1_000_000)

    private func after(_ seconds: UInt64) -> WallTime {
        WallTime(seconds: start.seconds + seconds)
    }

    private func ring() throws -> TicketKeyRing {
        try TicketKeyRing(rotation: .seconds(100), keptKeys: 2, now: start)
    }

    private func names(_ ring: TicketKeyRing) -> [[UInt8]] {
        ring.presentKeys().map { key in
            var bytes: [UInt8] = []
            key.append(to: &bytes)
            return bytes
        }
    }

    @Test func `a ring that comes after another opens and seals with its keys`() throws {
        let old = try ring()
        try old.rotate(now: after(50))
        let new = try ring()
        let version = new.version
        #expect(restore(new, kept(old), after(60)) == 2)
        #expect(names(new) == names(old))
        #expect(new.version != version)
        #expect(new.remainingLife(now: after(60)) == 290)
    }

    @Test func `keys that have retired stay behind`() throws {
        let old = try ring()
        try old.rotate(now: after(50))
        let new = try ring()
        #expect(restore(new, kept(old), after(320)) == 1)
        let fresh = names(new)
        #expect(restore(new, kept(old), after(400)) == 0)
        #expect(names(new) == fresh)
    }

    @Test func `what is no snapshot changes nothing`() throws {
        let new = try ring()
        let before = names(new)
        let whole = kept(try ring())
        for count in 0..<whole.count { #expect(restore(new, Array(whole[..<count]), start) == 0) }
        #expect(restore(new, [2] + Array(whole.dropFirst()), start) == 0)
        #expect(names(new) == before)
    }

    @Test func `the next key is made before it seals, and costs no older one its life`() throws {
        let ring = try ring()
        try ring.rotate(now: after(1))
        try ring.rotate(now: after(2))
        let first = try #require(ring.sealingKey(now: after(2)))
        let version = ring.version
        ring.prepareNext(ahead: 10, now: after(91))
        #expect(ring.version == version)
        ring.prepareNext(ahead: 10, now: after(92))
        ring.prepareNext(ahead: 10, now: after(93))
        #expect(ring.version == version + 1)
        #expect(ring.count == 4)
        #expect(ring.sealingKey(now: after(101)) === first)
        #expect(!ring.rotateIfDue(now: after(102)))
        #expect(ring.sealingKey(now: after(102)) !== first)
        #expect(ring.version == version + 1)
    }

    @Test func `what is sealed opens under the same key and context only`() throws {
        let plain: [UInt8] = Array(0..<100)
        let sealed = try #require(seal(plain, key: 1, context: 7))
        #expect(open(sealed, key: 1, context: 7) == plain)
        #expect(open(sealed, key: 2, context: 7) == nil)
        #expect(open(sealed, key: 1, context: 8) == nil)
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(open(altered, key: 1, context: 7) == nil)
            #expect(open(Array(sealed[..<index]), key: 1, context: 7) == nil)
        }
        #expect(seal(plain, key: 1, context: 7) != sealed)
    }

    // What is expected is taken apart, which a span does not allow: these work with arrays.

    private func kept(_ ring: TicketKeyRing) -> [UInt8] {
        let snapshot = ring.snapshot()
        return (0..<snapshot.count).map { snapshot.span[$0] }
    }

    private func restore(_ ring: TicketKeyRing, _ bytes: [UInt8], _ now: WallTime) -> Int {
        ring.restore(bytes.span, now: now)
    }

    private func seal(_ plain: [UInt8], key: UInt8, context: UInt8) -> [UInt8]? {
        let (material, context) = ([key], [context])
        return SealedBytes.seal(plain.span, under: SHA256.hash(material.span), context: context.span)
    }

    private func open(_ sealed: [UInt8], key: UInt8, context: UInt8) -> [UInt8]? {
        let (material, context) = ([key], [context])
        let opened = SealedBytes.open(sealed.span, under: SHA256.hash(material.span), context: context.span)
        return opened.map { secret in (0..<secret.count).map { secret.span[$0] } }
    }
}
