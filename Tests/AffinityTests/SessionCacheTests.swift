import Affinity
import Platform
import TestSupport
import Testing

@Suite struct SessionCacheTests {
    private func id(_ number: UInt64) -> [UInt8] {
        var source = Mixer(state: number &* 0x2545_f491_4f6c_dd1d)
        return (0..<32).map { _ in UInt8.random(in: 0...255, using: &source) }
    }

    @discardableResult
    private func store(
        _ number: UInt64, _ size: Int = 100, in cache: SessionCache, at second: UInt64 = 0,
        lifetime: Int = 100, following used: UInt64? = nil
    ) -> Bool {
        let used = used.map(id) ?? []
        let session = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
        return cache.store(
            id(number).span, session: session.span, association: bytes("pins").span,
            following: used.span, lifetime: .seconds(lifetime),
            now: .seconds(second))
    }

    private func find(_ number: UInt64, in cache: SessionCache, at second: UInt64 = 0) -> CachedSession? {
        cache.session(id(number).span, now: .seconds(second))
    }

    @Test func `a session comes back with its association`() {
        let cache = SessionCache()
        #expect(store(1, in: cache))
        let session = SecretBytes(copying: [UInt8](repeating: 1, count: 100).span)
        #expect(find(1, in: cache) == CachedSession(session: session, association: bytes("pins")))
        #expect(find(2, in: cache) == nil)
        #expect(cache.statistics.hits == 1)
        #expect(cache.statistics.misses == 1)
    }

    @Test func `an ID that is not of 32 bytes is unknown`() {
        let cache = SessionCache()
        let none: [UInt8] = []
        for count in [0, 1, 16, 31, 33, 64] {
            let id = [UInt8](repeating: 7, count: count)
            let isKept = cache.store(
                id.span, session: id.span, association: none.span, lifetime: .seconds(9), now: .seconds(0))
            let found = cache.session(id.span, now: .seconds(0))
            let isReplaced = cache.replaceAssociation(of: id.span, with: none.span)
            #expect(!isKept && found == nil && !isReplaced)
            cache.remove(id.span)
        }
        #expect(cache.statistics.sessions == 0)
    }

    @Test func `a session is gone at the end of its lifetime`() {
        let cache = SessionCache()
        store(1, in: cache, at: 5, lifetime: 10)
        #expect(find(1, in: cache, at: 14) != nil)
        #expect(find(1, in: cache, at: 15) == nil)
        #expect(cache.statistics.sessions == 0)
        #expect(cache.statistics.bytes == 0)
        #expect(cache.statistics.expired == 1)
    }

    @Test func `a later session of the same ID takes the place of the earlier`() {
        let cache = SessionCache()
        store(1, 100, in: cache)
        let before = cache.statistics.bytes
        store(1, 150, in: cache)
        #expect(find(1, in: cache)?.session.count == 150)
        #expect(cache.statistics.sessions == 1)
        #expect(cache.statistics.bytes == before + 50)
    }

    @Test func `the oldest give way to the limit of sessions`() {
        let cache = SessionCache(SessionCacheLimits(sessions: 10, memoryBytes: 1 << 20))
        for number in 0..<25 as Range<UInt64> { store(number, in: cache) }
        #expect(cache.statistics.sessions == 10)
        #expect(cache.statistics.evicted == 15)
        #expect((0..<25).filter { find($0, in: cache) != nil } == Array(15..<25))
    }

    @Test func `the oldest give way to the limit of bytes`() {
        let cache = SessionCache(SessionCacheLimits(sessions: 1000, memoryBytes: 20_000))
        for number in 0..<40 as Range<UInt64> { store(number, 2000, in: cache) }
        #expect(cache.statistics.bytes <= 20_000)
        #expect(cache.statistics.sessions == 9)
        #expect(find(39, in: cache) != nil)
        #expect(find(30, in: cache) == nil)
    }

    @Test func `a session that is too large is refused and counted`() {
        let cache = SessionCache()
        #expect(store(1, 4092, in: cache))
        #expect(!store(2, 4093, in: cache))
        #expect(find(2, in: cache) == nil)
        #expect(cache.statistics.refused == 1)
    }

    @Test func `a cache without room keeps nothing`() {
        for limits in [
            SessionCacheLimits(sessions: 0, memoryBytes: 1 << 20),
            SessionCacheLimits(sessions: 10, memoryBytes: 0),
            SessionCacheLimits(sessions: -1, memoryBytes: -1, sessionBytes: -1),
        ] {
            let cache = SessionCache(limits)
            #expect(!store(1, in: cache))
            #expect(find(1, in: cache) == nil)
        }
    }

    @Test func `expired sessions make room before others give way`() {
        let cache = SessionCache(SessionCacheLimits(sessions: 4, memoryBytes: 1 << 20))
        for number in 0..<4 as Range<UInt64> { store(number, in: cache, lifetime: number == 1 ? 5 : 100) }
        store(4, in: cache, at: 10)
        #expect(find(0, in: cache, at: 10) != nil)
        #expect(find(1, in: cache, at: 10) == nil)
        #expect(cache.statistics.evicted == 0)
    }

    @Test func `a moved pin is written to the session`() {
        let cache = SessionCache()
        store(1, in: cache)
        let isReplaced = cache.replaceAssociation(of: id(1).span, with: bytes("other pins").span)
        #expect(isReplaced)
        #expect(find(1, in: cache)?.association == bytes("other pins"))
        let isInvented = cache.replaceAssociation(of: id(2).span, with: bytes("x").span)
        #expect(!isInvented)
        cache.remove(id(1).span)
        #expect(find(1, in: cache) == nil)
        #expect(cache.statistics.bytes == 0)
    }

    @Test func `a client that gets a new session at each resumption leaves a handful of them`() {
        let cache = SessionCache()
        store(0, in: cache, lifetime: 100_000)
        for number in 1...1000 as ClosedRange<UInt64> {
            let second = number * 10
            #expect(find(number - 1, in: cache, at: second) != nil, "the newest one resumes")
            store(number, in: cache, at: second, lifetime: 100_000, following: number - 1)
            cache.sweep(now: .seconds(second))
        }
        #expect(cache.statistics.sessions < 100, "\(cache.statistics.sessions)")
        for _ in 0..<64 { cache.sweep(now: .seconds(10_000)) }
        #expect(cache.statistics.sessions < 10, "\(cache.statistics.sessions)")
    }

    @Test func `a session stays as long as nobody has used the one that followed it`() {
        let cache = SessionCache()
        store(1, in: cache, lifetime: 10_000)
        store(2, in: cache, at: 10, lifetime: 10_000, following: 1)
        // The client has never heard of the second one.
        #expect(find(1, in: cache, at: 5000) != nil)
        store(3, in: cache, at: 6000, lifetime: 10_000, following: 2)
        #expect(find(1, in: cache, at: 6059) != nil, "for connections that are on their way")
        #expect(find(1, in: cache, at: 6060) == nil)
        #expect(find(2, in: cache, at: 9999) != nil)
    }

    @Test func `sweeping removes what has expired`() {
        let cache = SessionCache(SessionCacheLimits(sessions: 1000, memoryBytes: 4 << 20))
        for number in 0..<500 as Range<UInt64> {
            store(number, in: cache, lifetime: number % 2 == 0 ? 5 : 100)
        }
        for _ in 0..<64 { cache.sweep(now: .seconds(6)) }
        #expect(cache.statistics.sessions == 250)
        #expect(cache.statistics.expired == 250)
    }

    @Test func `it does what a dictionary would do`() {
        let cache = SessionCache(SessionCacheLimits(sessions: 10_000, memoryBytes: 64 << 20))
        var model: [UInt64: Int] = [:]
        var source = Mixer(state: 9)
        for _ in 0..<30_000 {
            let number = UInt64.random(in: 0..<800, using: &source)
            switch UInt8.random(in: 0..<3, using: &source) {
            case 0:
                let size = Int.random(in: 1...300, using: &source)
                store(number, size, in: cache)
                model[number] = size
            case 1:
                cache.remove(id(number).span)
                model[number] = nil
            default:
                #expect(find(number, in: cache)?.session.count == model[number])
            }
        }
        #expect(cache.statistics.sessions == model.count)
    }

    @Test func `threads share it`() async {
        let cache = SessionCache(SessionCacheLimits(sessions: 1000, memoryBytes: 8 << 20))
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 as Range<UInt64> {
                group.addTask {
                    for number in 0..<500 as Range<UInt64> {
                        store(worker * 1000 + number, in: cache)
                        _ = find((worker + 1) % 8 * 1000 + number, in: cache)
                    }
                }
            }
        }
        #expect(cache.statistics.sessions <= 1000)
    }

    @Test func `nothing keeps the secret of a session that is not kept any more`() {
        let cache = SessionCache(SessionCacheLimits(sessions: 2, memoryBytes: 1 << 20))
        weak var secret: SecretBytes?
        func keep(_ number: UInt64) {
            store(number, in: cache, lifetime: 100)
            secret = find(number, in: cache)?.session
            #expect(secret != nil)
        }
        keep(1)
        cache.remove(id(1).span)
        #expect(secret == nil, "removed")
        keep(1)
        store(1, in: cache)
        #expect(secret == nil, "replaced")
        keep(2)
        store(3, in: cache)
        store(4, in: cache)
        #expect(secret == nil, "given way")
        keep(5)
        #expect(find(5, in: cache, at: 1000) == nil)
        #expect(secret == nil, "expired")
    }
}
