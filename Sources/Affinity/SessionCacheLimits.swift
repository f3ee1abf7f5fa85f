/// How much a session cache may hold.
public struct SessionCacheLimits: Hashable, Sendable {
    /// The most sessions.
    public var sessions = 100_000
    /// The most memory for them in bytes, with what the cache itself needs for each.
    public var memoryBytes = 128 << 20
    /// The most bytes of one session with its association data.
    public var sessionBytes = 4096

    /// The defaults.
    public init() {}

    /// Limits of one's own.
    public init(sessions: Int, memoryBytes: Int, sessionBytes: Int = 4096) {
        self.sessions = sessions
        self.memoryBytes = memoryBytes
        self.sessionBytes = sessionBytes
    }
}
