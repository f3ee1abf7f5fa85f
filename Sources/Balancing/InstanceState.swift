public import Affinity
public import Platform

/// A platform service as a placement sees it.
public struct InstanceState: Hashable, Sendable {
    /// Its service identity.
    public var key: InstanceKey
    /// Its share of new lineages beside the others' weights, 0...256. With 0 it takes none, but keeps its
    /// pins.
    public var weight: Int
    /// How it works.
    public var status: WorkingStatus
    /// What the operator wants of it.
    public var administrative: AdministrativeState
    /// Grows each time that it is started again.
    public var incarnation: UInt64
    /// When it left `starting`: slow start counts from here. Nil if it is not running, or has run since
    /// before anybody watched.
    public var runningSince: MonotonicTime?
    /// When draining ends; nil for no end.
    public var drainDeadline: MonotonicTime?
    /// Whether it runs on this appliance.
    public var isLocal: Bool

    /// The largest weight.
    public static let maximumWeight = 256

    /// An instance from its parts; of what is not given: nothing heard yet, and no wishes of an operator.
    public init(
        key: InstanceKey, weight: Int = 1, status: WorkingStatus = .starting,
        administrative: AdministrativeState = .ready, incarnation: UInt64 = 0,
        runningSince: MonotonicTime? = nil, drainDeadline: MonotonicTime? = nil, isLocal: Bool = false
    ) {
        self.key = key
        self.weight = weight
        self.status = status
        self.administrative = administrative
        self.incarnation = incarnation
        self.runningSince = runningSince
        self.drainDeadline = drainDeadline
        self.isLocal = isLocal
    }

    /// Whether a new lineage may go to it.
    public var isEligible: Bool { status == .running && administrative == .ready && weight > 0 }

    /// Whether it is worth waiting for: eligible once it is running.
    public var isPromising: Bool { status == .starting && administrative == .ready && weight > 0 }
}
