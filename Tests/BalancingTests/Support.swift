import Affinity
import Balancing
import Platform

extension MonotonicTime {
    /// That many seconds after the start of the clock.
    static func seconds(_ count: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: count * 1_000_000_000)
    }
}

extension Moment {
    /// That many seconds after the start of both clocks.
    static func seconds(_ count: UInt64) -> Moment {
        Moment(monotonic: .seconds(count), wall: WallTime(seconds: count))
    }
}

extension Lineage {
    /// A lineage with well-mixed bits for each number.
    static func sample(_ number: UInt64) -> Lineage {
        var source = Mixer(state: number &* 0x2545_f491_4f6c_dd1d)
        return minted(using: &source)
    }
}

/// Numbers that follow from a seed, the same in each run (SplitMix64).
struct Mixer: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }
}

let portal = ServiceKey(rawValue: 100)

/// The key of the instance at a position of a sample service.
func key(_ position: Int) -> InstanceKey { InstanceKey(rawValue: UInt64(position) + 1) }

/// An instance of a sample service; running and ready unless told otherwise.
func instance(
    _ position: Int, weight: Int = 1, _ status: WorkingStatus = .running,
    _ administrative: AdministrativeState = .ready, runningSince: UInt64? = nil, drainDeadline: UInt64? = nil,
    isLocal: Bool = false
) -> InstanceState {
    InstanceState(
        key: key(position), weight: weight, status: status, administrative: administrative,
        runningSince: runningSince.map { .seconds($0) }, drainDeadline: drainDeadline.map { .seconds($0) },
        isLocal: isLocal)
}

/// A sample service.
func service(
    _ instances: [InstanceState], _ policy: Policy = .leastRequests, slowStart: Duration = .zero,
    prefersLocal: Bool = false, following previous: ServiceState? = nil
) throws -> ServiceState {
    try ServiceState(
        key: portal, instances: instances,
        settings: BalancingSettings(
            policy: policy, slowStart: slowStart, holdTimeout: .seconds(10), prefersLocal: prefersLocal),
        following: previous)
}

/// A pin of the sample service that names the instance at a position.
func pin(_ position: Int, generation: UInt32 = 0) -> Pin {
    Pin(
        service: portal, owner: key(position), generation: generation, origin: WallTime(seconds: 1),
        reason: .new)
}
