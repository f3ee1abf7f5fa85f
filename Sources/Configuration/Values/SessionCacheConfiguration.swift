/// How many sessions are kept for stateful resumption.
public struct SessionCacheConfiguration: Sendable, Equatable {
    /// The largest number of sessions.
    public var sessions = 100_000
    /// The largest amount of memory, in bytes.
    public var memoryBytes = 128 << 20

    /// A hundred thousand sessions within 128 MiB.
    public init() {}
}
