/// Smooth weighted round-robin: at each turn every candidate gains its weight, and the one that has gained
/// most is chosen and pays for all. Weights 5, 1, 1 give a a b a c a a, not a a a a a b c.
struct RoundRobin: Sendable {
    private var gains: [Int] = []
    private var layout: UInt64 = 0

    /// The candidate whose turn it is. Allocates only when the instances have changed.
    mutating func next(_ candidates: borrowing Candidates) -> Int? {
        let service = candidates.service
        if layout != service.layout || gains.count != service.instances.count {
            layout = service.layout
            gains = Array(repeating: 0, count: service.instances.count)
        }
        var best: Int?
        var total = 0
        candidates.forEach { position in
            let weight = candidates.weight(position)
            total += weight
            gains[position] += weight
            if let leader = best, gains[leader] >= gains[position] { return }
            best = position
        }
        guard let best else { return nil }
        gains[best] -= total
        return best
    }
}
