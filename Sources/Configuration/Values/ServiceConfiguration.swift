/// A named application behind the gateway.
public struct ServiceConfiguration: Sendable, Equatable {
    /// How a new lineage finds its owner.
    public enum Balance: String, Sendable, CaseIterable {
        /// Smooth weighted round-robin.
        case roundRobin = "round-robin"
        /// The one of two random instances that has fewer requests in flight for its weight.
        case leastRequests = "least-requests"
        /// The instance with the fewest live pins for its weight.
        case leastSessions = "least-sessions"
        /// By the hash of the lineage.
        case consistentHash = "consistent-hash"
    }

    /// The name, unique in the configuration.
    public var name: String
    /// How a new lineage finds its owner.
    public var balance = Balance.leastRequests
    /// How its instances are probed.
    public var health = HealthConfiguration()
    /// What is learned from the traffic itself.
    public var passive = PassiveHealthConfiguration()
    /// How requests wait for an owner that is starting.
    public var hold = HoldConfiguration()
    /// How long a new instance takes to get its full share, counted from the end of hold; zero: none.
    public var slowStart = Duration.zero
    /// How long pinned clients still reach a draining instance, from the moment that draining began.
    public var drain = Duration.seconds(300)
    /// The connections to its instances.
    public var pool = PoolConfiguration()
    /// How often a request is sent again, where that is safe.
    public var retries = 2
    /// The platform services; at least one.
    public var instances: [InstanceConfiguration] = []

    /// A service of defaults, without instances.
    public init(name: String) {
        self.name = name
    }
}
