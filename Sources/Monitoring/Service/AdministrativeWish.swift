public import Balancing
internal import Configuration
public import Platform

/// What is wanted of an instance, by whom, and since when.
public struct AdministrativeWish: Hashable, Sendable {
    /// Who wants it.
    public enum Origin: Hashable, Sendable {
        /// The configuration.
        case configuration
        /// An operator, over what the configuration says.
        case `operator`
    }

    /// What is wanted.
    public let state: AdministrativeState
    /// Since when.
    public let since: MonotonicTime
    /// When draining shall be over, if that was said; else the service's drain time counts. Nil unless it drains.
    public let deadline: MonotonicTime?
    /// Who wants it.
    public let origin: Origin

    /// A wish from its parts; a deadline counts only for what drains.
    public init(
        _ state: AdministrativeState, since: MonotonicTime, deadline: MonotonicTime? = nil, origin: Origin
    ) {
        self.state = state
        self.since = since
        self.deadline = state == .draining ? deadline : nil
        self.origin = origin
    }

    /// What the configuration of an instance wants from now on.
    init(of configuration: InstanceConfiguration, since: MonotonicTime) {
        self.init(AdministrativeState(configuration.state), since: since, origin: .configuration)
    }

    /// When draining is over, where the service's drain time is that; nil unless it drains.
    func drainDeadline(_ drain: Duration) -> MonotonicTime? {
        state == .draining ? deadline ?? since + drain : nil
    }
}
