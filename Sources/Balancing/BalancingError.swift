/// Why a set of instances cannot be balanced.
public enum BalancingError: Error, Hashable, Sendable {
    /// There are more instances than ``ServiceState/maximumInstances``.
    case tooManyInstances(Int)
    /// Two instances have the same identity.
    case repeatedInstance(position: Int)
    /// A weight is not in 0...``InstanceState/maximumWeight``.
    case weightOutOfRange(Int, position: Int)
}
