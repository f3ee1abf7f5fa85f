internal import Platform

extension ServiceState {
    /// A full weight of one, in the units of ``effectiveWeight(of:at:)``.
    static let weightUnit = 1024
    /// The least share of its weight that a running instance has, in the same units: a tenth.
    static let leastShare = 102

    /// The weight of an instance now, in 1024ths: it ramps from a tenth to all of it within the slow start,
    /// counted from the end of its hold.
    @inline(__always)
    func effectiveWeight(of position: Int, at now: MonotonicTime) -> Int {
        let weight = instances[position].weight
        return weight * share(of: position, at: now)
    }

    /// The share of its weight that an instance has now, in 1024ths.
    @inline(__always)
    func share(of position: Int, at now: MonotonicTime) -> Int {
        guard slowStartNanoseconds > 0, let since = instances[position].runningSince else {
            return Self.weightUnit
        }
        let age = now.nanoseconds(since: since)
        guard age < slowStartNanoseconds else { return Self.weightUnit }
        let share = Double(age) / Double(slowStartNanoseconds) * Double(Self.weightUnit)
        return max(Self.leastShare, Int(share))
    }

    /// Whether an eligible instance is still in its slow start.
    func isRamping(at now: MonotonicTime) -> Bool {
        guard slowStartNanoseconds > 0, let youngest = youngestStart else { return false }
        return now.nanoseconds(since: youngest) < slowStartNanoseconds
    }
}
