/// How the instance for a new lineage is chosen.
public enum Policy: UInt8, CaseIterable, Hashable, Sendable {
    /// One after the other, by weight, evenly spread (smooth weighted round-robin).
    case roundRobin
    /// Of two drawn by weight, the one with fewer requests under way for its weight (power of two choices).
    case leastRequests
    /// The one with the fewest live pins for its weight.
    case leastSessions
    /// By the lineage's place on a ring, so that few lineages move when an instance comes or goes.
    case consistentHash

    /// The word in the configuration.
    public var name: StaticString {
        switch self {
        case .roundRobin: "round-robin"
        case .leastRequests: "least-requests"
        case .leastSessions: "least-sessions"
        case .consistentHash: "consistent-hash"
        }
    }
}
