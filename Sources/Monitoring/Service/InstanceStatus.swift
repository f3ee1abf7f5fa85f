public import Affinity
public import Balancing
public import Platform

/// All that is known of an instance at one moment: for an operator.
public struct InstanceStatus: Hashable, Sendable {
    /// The service that it belongs to, by its name.
    public let service: String
    /// The service identity.
    public let identity: String
    /// Its number in the association table.
    public let key: InstanceKey
    /// Where it was configured to be, and, if that is a name, where it is reached.
    public let address: String
    /// Its share beside the others.
    public let weight: Int
    /// How it works.
    public let status: WorkingStatus
    /// Since when.
    public let since: MonotonicTime
    /// Why; nil if nothing has been heard of it.
    public let cause: StatusCause?
    /// Which run of it this is.
    public let incarnation: UInt64
    /// What is wanted of it.
    public let wish: AdministrativeWish
    /// When its pinned clients go elsewhere; nil unless it drains.
    public let drainDeadline: MonotonicTime?
    /// Its main process, where a node manager has said so; else 0.
    public let process: Int32
    /// What it says of itself.
    public let text: String
}
