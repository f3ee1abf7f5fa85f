internal import Affinity
internal import Platform

/// The instances that a choice is made among: running and ready, not tried yet, and on this appliance
/// if such come first and there are any.
struct Candidates {
    let service: ServiceState
    private let tried: InstanceSet
    private let now: MonotonicTime
    private let isLocalOnly: Bool
    /// How many there are.
    let count: Int

    init(_ service: ServiceState, except tried: InstanceSet, at now: MonotonicTime) {
        self.service = service
        self.tried = tried
        self.now = now
        if tried.isEmpty {
            isLocalOnly = !service.preferred.isEmpty
            count = isLocalOnly ? service.preferred.count : service.eligible.count
        } else {
            let local = Self.count(service.preferred, except: tried)
            isLocalOnly = local > 0
            count = isLocalOnly ? local : Self.count(service.eligible, except: tried)
        }
    }

    var isEmpty: Bool { count == 0 }

    private static func count(_ positions: [UInt16], except tried: InstanceSet) -> Int {
        var count = 0
        for position in positions where !tried.contains(Int(position)) { count += 1 }
        return count
    }

    private var positions: [UInt16] { isLocalOnly ? service.preferred : service.eligible }

    /// Calls `body` with the position of each, in order.
    @inline(__always)
    func forEach(_ body: (Int) -> Void) {
        for position in positions where !tried.contains(Int(position)) {
            body(Int(position))
        }
    }

    /// The weight of an instance now; see ``ServiceState/effectiveWeight(of:at:)``.
    func weight(_ position: Int) -> Int {
        service.effectiveWeight(of: position, at: now)
    }

    /// The share of its weight that an instance has now; see ``ServiceState/share(of:at:)``.
    func share(_ position: Int) -> Int {
        service.share(of: position, at: now)
    }

    /// Whether an instance is one of them.
    func contains(_ position: Int) -> Bool {
        let instance = service.instances[position]
        return instance.isEligible && !tried.contains(position) && (instance.isLocal || !isLocalOnly)
    }

    /// Whether all have one weight now.
    var isUniform: Bool { service.isUniform && !service.isRamping(at: now) }

    /// A candidate drawn evenly: `random` decides. Not `other`.
    func drawnEvenly(by random: UInt64, except other: Int?) -> Int? {
        let left = other == nil ? count : count - 1
        guard left > 0 else { return nil }
        var rank = Int(truncatingIfNeeded: random.multipliedFullWidth(by: UInt64(left)).high)
        if tried.isEmpty {
            // The second is drawn from all but the last, which stands in for the first.
            let drawn = Int(positions[rank])
            return drawn == other ? Int(positions[left]) : drawn
        }
        for position in positions where !tried.contains(Int(position)) && Int(position) != other {
            if rank == 0 { return Int(position) }
            rank -= 1
        }
        return nil
    }

    /// Whether the first has less load for its weight than the second.
    func hasLessLoad(_ left: Int, _ leftLoad: Int, than right: Int, _ rightLoad: Int) -> Bool {
        // Loads and weights are small: no product reaches 2^63.
        UInt64(clamping: leftLoad) &* UInt64(clamping: weight(right))
            < UInt64(clamping: rightLoad) &* UInt64(clamping: weight(left))
    }

    /// The first at a position after `last`, or else the first of all.
    func first(after last: Int) -> Int? {
        var first: Int?
        for position in positions where !tried.contains(Int(position)) {
            if Int(position) > last { return Int(position) }
            if first == nil { first = Int(position) }
        }
        return first
    }
}
