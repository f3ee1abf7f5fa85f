internal import Affinity

/// The ring of the policy `consistent-hash`: each instance has points on it by its weight, and a lineage
/// belongs to the first point at or after its own.
///
/// A ring depends on identities and weights only, not on status: an instance that fails gives its lineages to
/// their next points and gets the same ones back.
final class HashRing: Sendable {
    private let places: [UInt64]
    private let owners: [UInt16]

    /// The points of the smallest weight, if that does not make too many.
    static let pointsPerWeight = 128
    /// The most points of a ring.
    static let maximumPoints = 131_072

    /// A ring for instances; none of its points is for one of weight zero.
    init(_ instances: [InstanceState]) {
        let divisor = max(1, instances.reduce(0) { Self.greatestCommonDivisor($0, $1.weight) })
        let total = instances.reduce(0) { $0 + $1.weight } / divisor
        var points = Self.pointsPerWeight
        while points > 1, total * points > Self.maximumPoints { points /= 2 }

        var ring: [(place: UInt64, owner: UInt16)] = []
        ring.reserveCapacity(total * points)
        for (position, instance) in instances.enumerated() {
            let seed = mixed(instance.key.rawValue)
            for point in 0..<(instance.weight / divisor * points) {
                ring.append((mixed(seed &+ UInt64(point)), UInt16(truncatingIfNeeded: position)))
            }
        }
        // Where two points meet, the order must not depend on the order of the instances.
        ring.sort {
            ($0.place, instances[Int($0.owner)].key.rawValue) < (
                $1.place, instances[Int($1.owner)].key.rawValue
            )
        }
        places = ring.map(\.place)
        owners = ring.map(\.owner)
    }

    /// The first instance from a lineage's place on that `isFit`; nil if none is.
    func owner(of lineage: Lineage, where isFit: (Int) -> Bool) -> Int? {
        guard !places.isEmpty else { return nil }
        var index = firstIndex(from: mixed(lineage.high ^ mixed(lineage.low)))
        var refused = InstanceSet()
        for _ in 0..<places.count {
            if index == places.count { index = 0 }
            let owner = Int(owners[index])
            if !refused.contains(owner) {
                if isFit(owner) { return owner }
                refused.insert(owner)
            }
            index += 1
        }
        return nil
    }

    private func firstIndex(from place: UInt64) -> Int {
        var low = 0
        var high = places.count
        while low < high {
            let middle = (low + high) / 2
            if places[middle] < place { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}
