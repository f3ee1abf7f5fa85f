public import HTTP

/// What a session promises to its peer, and what the peer may make us hold.
public struct SessionSettings: Hashable, Sendable {
    /// How many streams may be open at a time.
    public var concurrentStreams: UInt32
    /// How many bytes of a request's body may be on their way or waiting in memory.
    public var streamWindowBytes: UInt32
    /// The same for all streams together.
    public var connectionWindowBytes: UInt32
    /// The compression table of each direction.
    public var headerTableBytes: UInt32
    /// How long an HTTP/1 head of the same content may be, and so on.
    public var head: HeadLimits
    /// Whether streams may become WebSockets (RFC 8441).
    public var allowsWebSocket: Bool
    /// How often the peer may do what costs us more than it.
    public var budgets: AbuseBudgets

    /// How many frames may wait for the peer before we stop reading what it sends.
    static let waitingFramesLimit = 256
    /// How many acknowledgements may wait for the peer before it counts as a flood.
    static let waitingAcknowledgementsLimit = 512
    /// In how many more frames a field block may come, beyond the first one (CVE-2024-27316).
    static let continuationsLimit = 8
    /// The library counts how often it has looked at the header of such a frame, which may come byte by byte.
    static let continuationLooksLimit = continuationsLimit * 16
    /// A header list this many times the limit is not even read to its end.
    static let headerListFactor = 4

    /// The defaults, to be changed one by one.
    public init() {
        concurrentStreams = 100
        streamWindowBytes = 64 << 10
        connectionWindowBytes = 1 << 20
        headerTableBytes = 4 << 10
        head = HeadLimits()
        allowsWebSocket = false
        budgets = AbuseBudgets()
    }
}
