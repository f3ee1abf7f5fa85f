internal import Affinity
internal import Platform

/// The session cache with that many sessions of the usual size.
enum CacheStudy {
    /// What OpenSSL 3.0 makes of a TLS 1.3 session on the server's side, in bytes.
    private static let sessionBytes = 148
    /// Association data with one pin, in bytes.
    private static let associationBytes = 64
    /// What a session takes at most, with what the cache needs for it, in bytes.
    private static let roomBytes = 1024

    /// Whether the machine has the memory for it.
    static func fits(_ count: Int) -> Bool {
        count * roomBytes < ProcessMemory.available / 2
    }

    static func run(_ count: Int, _ bench: Stopwatch) -> ScaleReport.Size {
        let now = MonotonicTime.now
        let before = ProcessMemory.resident
        let cache = emptyCache(for: count)
        let insert = Stopwatch.once(count) { enter($0, into: cache, now) }
        let grown = ProcessMemory.resident - before
        let hit = bench.time(among: count) { number in
            withID(number) { UInt64(cache.session($0, now: now)?.session.count ?? 0) }
        }
        let small = emptyCache(for: Stopwatch.warmingCalls)
        for number in 0..<Stopwatch.warmingCalls { enter(number, into: small, now) }
        let coldHit = bench.coldTime(among: count) { number in
            withID(number) { UInt64(small.session($0, now: now)?.session.count ?? 0) }
        } _: { number in
            withID(number) { UInt64(cache.session($0, now: now)?.session.count ?? 0) }
        }
        let miss = bench.time(among: count) { number in
            withID(number + count) { UInt64(cache.session($0, now: now)?.session.count ?? 0) }
        }
        let statistics = cache.statistics
        return ScaleReport.Size(
            entries: statistics.sessions, hit: hit, coldHit: coldHit, miss: miss, insert: insert,
            accountedBytes: Double(statistics.bytes) / Double(count),
            residentBytes: Double(grown) / Double(count),
            memoryFloor: bench.memoryFloor(bytes: statistics.bytes))
    }

    private static let session = [UInt8](repeating: 7, count: sessionBytes)
    private static let association = [UInt8](repeating: 9, count: associationBytes)

    private static func emptyCache(for count: Int) -> SessionCache {
        SessionCache(
            SessionCacheLimits(
                sessions: count + count / 2 + 100_000, memoryBytes: count * roomBytes * 2 + 1 << 30))
    }

    private static func enter(_ number: Int, into cache: SessionCache, _ now: MonotonicTime) {
        withID(number) { id in
            _ = cache.store(
                id, session: session.span, association: association.span, lifetime: .seconds(3600), now: now)
        }
    }

    /// Calls `body` with the 32 bytes of the session ID of a number.
    @inline(__always)
    private static func withID<Result>(_ number: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let first = Draw.lineage(number)
        let words: InlineArray<4, UInt64> = [first.high, first.low, ~first.high, ~first.low]
        let bytes = unsafe words.span.bytes
        return unsafe bytes.withUnsafeBytes { raw in
            let typed = unsafe raw.bindMemory(to: UInt8.self)
            return unsafe body(typed.span)
        }
    }
}
