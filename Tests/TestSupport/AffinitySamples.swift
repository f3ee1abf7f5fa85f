public import Affinity
public import Platform

extension MonotonicTime {
    /// That many seconds after the start of the clock.
    public static func seconds(_ count: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: count * 1_000_000_000)
    }
}

extension Moment {
    /// That many seconds after the start of both clocks.
    public static func seconds(_ count: UInt64) -> Moment {
        Moment(monotonic: .seconds(count), wall: WallTime(seconds: count))
    }
}

extension Lineage {
    /// A lineage with well-mixed bits for each number.
    public static func sample(_ number: UInt64) -> Lineage {
        var source = Mixer(state: number &* 0x2545_f491_4f6c_dd1d)
        return minted(using: &source)
    }
}

/// Numbers that follow from a seed, the same in each run (SplitMix64).
public struct Mixer: RandomNumberGenerator {
    private var state: UInt64

    /// Numbers that follow from `state`.
    public init(state: UInt64) {
        self.state = state
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }
}
