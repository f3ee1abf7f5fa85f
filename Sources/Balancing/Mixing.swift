/// Spreads the bits of a number so that each depends on all (the finalizer of SplitMix64, by Steele, Lea
/// and Flood). The same on every appliance, so it may decide where a lineage goes.
@inline(__always)
func mixed(_ number: UInt64) -> UInt64 {
    var bits = number &+ 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
}
