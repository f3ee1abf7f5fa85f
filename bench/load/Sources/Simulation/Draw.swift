internal import Affinity

/// Numbers that look random and are the same in every run.
enum Draw {
    /// A mix of the bits of a number (the finalizer of SplitMix64).
    @inline(__always)
    static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value &+ 0x9e37_79b9_7f4a_7c15
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
        return bits ^ bits >> 31
    }

    /// The index of a step, below `count`.
    @inline(__always)
    static func index(_ step: Int, below count: Int) -> Int {
        let wide = mixed(UInt64(truncatingIfNeeded: step)).multipliedFullWidth(by: UInt64(count))
        return Int(truncatingIfNeeded: wide.high)
    }

    /// The lineage of a number.
    @inline(__always)
    static func lineage(_ number: Int) -> Lineage {
        let bits = UInt64(truncatingIfNeeded: number)
        return Lineage(high: mixed(bits &* 2), low: mixed(bits &* 2 &+ 1))
    }

    /// A number between 0 and 1.
    static func fraction(_ step: Int) -> Double {
        Double(mixed(UInt64(truncatingIfNeeded: step)) >> 11) / Double(1 << 53)
    }
}
