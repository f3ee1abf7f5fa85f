public import Platform
internal import Synchronization

/// The sessions that are resumed by ID (TLS 1.2 session IDs, TLS 1.3 stateful tickets), for all worker
/// threads, each with the association data that brings it back to its owner.
///
/// It is bounded in sessions and in bytes; the limits are divided evenly among the shards. The oldest give
/// way, and a session is removed when its lifetime is over.
public final class SessionCache: Sendable {
    private let shards: Shards<SessionShard>
    private let sessionBytes: Int
    private let sweepPosition = Atomic<UInt64>(0)

    /// How long a session is kept, in seconds, once the client has shown that it has a newer one.
    public static let graceSeconds = 60
    /// The most shards of a cache.
    static let maximumShards = 64
    /// How many sessions of the largest size a shard must have room for.
    static let leastSessionsPerShard = 64

    /// An empty cache.
    public init(_ limits: SessionCacheLimits = SessionCacheLimits()) {
        let room = limits.memoryBytes / (max(0, limits.sessionBytes) + SessionShard.overheadBytes)
        let least = min(max(0, limits.sessions), max(0, room))
        var count = 1
        while count < Self.maximumShards, count * Self.leastSessionsPerShard * 2 <= least { count *= 2 }
        let (sessions, bytes) = (max(0, limits.sessions) / count, max(0, limits.memoryBytes) / count)
        shards = Shards(atLeast: count) { SessionShard(sessions: sessions, bytes: bytes) }
        sessionBytes = limits.sessionBytes
    }

    /// Keeps a session.
    ///
    /// - Parameters:
    ///   - id: its ID, 32 bytes that our side has drawn.
    ///   - session: the session in DER.
    ///   - association: its association data, encoded.
    ///   - used: the ID of the session on whose connection this one was made, if it has an ID of its own; else empty. The
    ///     client has shown that it has that one: the one before it is kept for ``graceSeconds`` more, for connections
    ///     that are on their way.
    ///   - lifetime: how long it may be resumed.
    ///   - now: the present moment.
    /// - Returns: whether it was kept: not if the ID is not of 32 bytes, or the session is too large.
    @discardableResult
    public func store(
        _ id: Span<UInt8>, session: Span<UInt8>, association: Span<UInt8>,
        following used: Span<UInt8> = Span(),
        lifetime: Duration, now: MonotonicTime
    ) -> Bool {
        guard let id = SessionID(id) else { return false }
        guard session.count + association.count <= sessionBytes else {
            shards.withShard(of: id.words[0]) { $0.noteRefused() }
            return false
        }
        let entry = CachedSession(
            session: SecretBytes(copying: session), association: Array(copying: association))
        let previous = SessionID(used)
        if let previous, previous != id, let outlived = predecessor(of: previous) {
            let end = now + .seconds(Self.graceSeconds)
            shards.withShard(of: outlived.words[0]) { $0.shorten(outlived, until: end) }
        }
        return shards.withShard(of: id.words[0]) { shard in
            shard.store(id, entry, following: previous, until: now + lifetime, now: now)
        }
    }

    private func predecessor(of id: SessionID) -> SessionID? {
        shards.withShard(of: id.words[0]) { $0.predecessor(of: id) }
    }

    /// The session of an ID. IDs of other lengths than 32 are unknown.
    public func session(_ id: Span<UInt8>, now: MonotonicTime) -> CachedSession? {
        guard let id = SessionID(id) else { return nil }
        return shards.withShard(of: id.words[0]) { $0.find(id, now: now) }
    }

    /// Gives a session other association data, after a pin has moved.
    ///
    /// - Returns: whether the session is there.
    @discardableResult
    public func replaceAssociation(of id: Span<UInt8>, with association: Span<UInt8>) -> Bool {
        guard let id = SessionID(id), association.count <= sessionBytes else { return false }
        let bytes = Array(copying: association)
        return shards.withShard(of: id.words[0]) { $0.replaceAssociation(of: id, with: bytes) }
    }

    /// Removes a session, as when it was revoked.
    public func remove(_ id: Span<UInt8>) {
        guard let id = SessionID(id) else { return }
        shards.withShard(of: id.words[0]) { $0.remove(id) }
    }

    /// Removes sessions whose lifetime is over from a part of the cache. To be called now and then by one
    /// thread.
    public func sweep(_ sessions: Int = 1024, now: MonotonicTime) {
        let position = sweepPosition.wrappingAdd(1, ordering: .relaxed).oldValue
        shards.withShard(of: position) { $0.sweep(sessions, now: now) }
    }

    /// What the cache holds and has done. Takes each lock for a moment.
    public var statistics: SessionCacheStatistics {
        var sum = SessionCacheStatistics()
        for index in 0..<shards.count {
            let part = shards.withShard(of: UInt64(index)) { $0.statistics }
            sum.sessions += part.sessions
            sum.bytes += part.bytes
            sum.hits += part.hits
            sum.misses += part.misses
            sum.expired += part.expired
            sum.evicted += part.evicted
            sum.refused += part.refused
        }
        return sum
    }
}
