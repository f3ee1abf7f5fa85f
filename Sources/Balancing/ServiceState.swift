public import Affinity
internal import Platform

/// A service and its instances at one moment: what placements are made from. It never changes; a change of
/// status makes a new one.
public final class ServiceState: Sendable {
    /// The service.
    public let key: ServiceKey
    /// Its instances; their positions here are what placements name.
    public let instances: [InstanceState]
    /// How it is balanced.
    public let settings: BalancingSettings
    /// Changes when instances come, go or change places: a position means the same in two states of the
    /// same layout.
    public let layout: UInt64

    private let index: InstanceIndex
    /// The positions of the instances that a new lineage may go to.
    let eligible: [UInt16]
    /// Those of them on this appliance, if they come first; else empty.
    let preferred: [UInt16]
    /// Whether an instance is starting that would be eligible if it ran.
    let isPromising: Bool
    /// Whether all eligible instances have one weight.
    let isUniform: Bool
    /// The slow start in nanoseconds.
    let slowStartNanoseconds: UInt64
    /// When the last of the eligible instances began to run.
    let youngestStart: MonotonicTime?
    /// The ring, if the policy needs one.
    let ring: HashRing?

    /// The most instances of a service.
    public static let maximumInstances = InstanceSet.capacity

    /// A state of a service.
    ///
    /// - Parameters:
    ///   - key: the service.
    ///   - instances: its instances, of different keys.
    ///   - settings: how it is balanced.
    ///   - previous: an earlier state, from which what has not changed is taken over.
    /// - Throws: ``BalancingError`` for instances that cannot be told apart, weighed or numbered.
    public init(
        key: ServiceKey, instances: [InstanceState], settings: BalancingSettings = BalancingSettings(),
        following previous: ServiceState? = nil
    ) throws(BalancingError) {
        try Self.check(instances)
        self.key = key
        self.instances = instances
        self.settings = settings
        index = InstanceIndex(instances.map(\.key))
        layout = instances.reduce(mixed(UInt64(instances.count))) { mixed($0 ^ $1.key.rawValue) }
        eligible = instances.indices.filter { instances[$0].isEligible }.map { UInt16($0) }
        preferred = settings.prefersLocal ? eligible.filter { instances[Int($0)].isLocal } : []
        isPromising = instances.contains { $0.isPromising }
        isUniform = Set(eligible.map { instances[Int($0)].weight }).count < 2
        slowStartNanoseconds = settings.slowStart.clampedNanoseconds
        youngestStart = eligible.compactMap { instances[Int($0)].runningSince }.max()
        ring = Self.ring(for: instances, settings, layout, following: previous)
    }

    /// The position of an instance; nil if the service has none of that identity.
    public func position(of instance: InstanceKey) -> Int? {
        index.position(of: instance)
    }

    /// Whether a new lineage can be placed now.
    public var hasEligible: Bool { !eligible.isEmpty }

    private static func check(_ instances: [InstanceState]) throws(BalancingError) {
        guard instances.count <= maximumInstances else { throw .tooManyInstances(instances.count) }
        var seen = Set<InstanceKey>()
        for (position, instance) in instances.enumerated() {
            guard seen.insert(instance.key).inserted else { throw .repeatedInstance(position: position) }
            guard 0...InstanceState.maximumWeight ~= instance.weight else {
                throw .weightOutOfRange(instance.weight, position: position)
            }
        }
    }

    private static func ring(
        for instances: [InstanceState], _ settings: BalancingSettings, _ layout: UInt64,
        following previous: ServiceState?
    ) -> HashRing? {
        guard settings.policy == .consistentHash else { return nil }
        if let previous, let ring = previous.ring, previous.layout == layout,
            previous.instances.elementsEqual(instances, by: { $0.key == $1.key && $0.weight == $1.weight })
        {
            return ring
        }
        return HashRing(instances)
    }
}
