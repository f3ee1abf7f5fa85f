internal import Affinity
internal import Balancing

/// The services of the studies.
enum Instances {
    /// A service of that many running instances of one weight.
    static func service(_ count: Int, _ policy: Policy) throws(BalancingError) -> ServiceState {
        let instances = (0..<count).map { number in
            InstanceState(key: InstanceKey(rawValue: Draw.mixed(UInt64(number) + 77)), status: .running)
        }
        return try ServiceState(
            key: ServiceKey(rawValue: 1), instances: instances, settings: BalancingSettings(policy: policy))
    }
}
