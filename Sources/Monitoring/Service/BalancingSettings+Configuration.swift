internal import Balancing
internal import Configuration

extension BalancingSettings {
    /// How a service is configured to be balanced.
    init(_ service: ServiceConfiguration) {
        let policy: Policy =
            switch service.balance {
            case .roundRobin: .roundRobin
            case .leastRequests: .leastRequests
            case .leastSessions: .leastSessions
            case .consistentHash: .consistentHash
            }
        self.init(policy: policy, slowStart: service.slowStart, holdTimeout: service.hold.timeout)
    }
}
