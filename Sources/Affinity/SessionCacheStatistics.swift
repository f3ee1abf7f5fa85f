/// What a session cache holds and has done since it was made.
public struct SessionCacheStatistics: Hashable, Sendable {
    /// The sessions that it holds.
    public var sessions = 0
    /// The memory that counts against its limit, in bytes.
    public var bytes = 0
    /// Look-ups that found a session.
    public var hits: UInt64 = 0
    /// Look-ups of an ID that is not, or no longer, there.
    public var misses: UInt64 = 0
    /// Sessions removed at the end of their lifetime.
    public var expired: UInt64 = 0
    /// Sessions removed to make room for others.
    public var evicted: UInt64 = 0
    /// Sessions that were too large to be kept.
    public var refused: UInt64 = 0

    /// Nothing.
    public init() {}
}
