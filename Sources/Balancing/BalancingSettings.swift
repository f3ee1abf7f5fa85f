/// How a service is balanced.
public struct BalancingSettings: Hashable, Sendable {
    /// How the instance for a new lineage is chosen.
    public var policy: Policy
    /// How long an instance takes from the end of its hold to its full share; zero for at once.
    public var slowStart: Duration
    /// How long a request waits for a starting instance.
    public var holdTimeout: Duration
    /// Whether instances on this appliance come first.
    public var prefersLocal: Bool

    /// Settings; those that are not given are the defaults.
    public init(
        policy: Policy = .leastRequests, slowStart: Duration = .zero, holdTimeout: Duration = .seconds(10),
        prefersLocal: Bool = false
    ) {
        self.policy = policy
        self.slowStart = slowStart
        self.holdTimeout = holdTimeout
        self.prefersLocal = prefersLocal
    }
}
