import Affinity
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
let mail = ServiceKey(rawValue: 200)
let first = InstanceKey(rawValue: 1)
let second = InstanceKey(rawValue: 2)
let third = InstanceKey(rawValue: 3)

/// A pin of the service `portal`.
func pin(
    _ owner: InstanceKey, at service: ServiceKey = portal, generation: UInt32 = 0, origin: UInt64 = 7,
    reason: Reason = .new
) -> Pin {
    Pin(
        service: service, owner: owner, generation: generation, origin: WallTime(seconds: origin),
        reason: reason)
}

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
