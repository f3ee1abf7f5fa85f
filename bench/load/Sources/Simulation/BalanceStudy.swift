internal import Affinity
internal import Balancing
internal import Platform

/// The policies under skewed load: lineages that come as often as words in a language (Zipf), each to its owner, so that
/// a policy has a say only when a lineage is new.
enum BalanceStudy {
    private static let lineageCount = 100_000
    private static let requestCount = 2_000_000
    private static let instanceCount = 8
    /// Requests under way at a time.
    private static let width = 256

    static func run() throws(BalancingError) -> [ScaleReport.Balance] {
        let shares = cumulativeShares()
        var all: [ScaleReport.Balance] = []
        for policy in Policy.allCases { all.append(try run(policy, shares)) }
        return all
    }

    private static func run(_ policy: Policy, _ shares: [Double]) throws(BalancingError)
        -> ScaleReport.Balance
    {
        let moment = Moment(monotonic: .now, wall: .now)
        let service = try Instances.service(instanceCount, policy)
        let limits = AssociationTableLimits(pins: lineageCount * 2, lifetime: .seconds(8 * 3600))
        let placer = Placer(AssociationTable(limits, start: moment.monotonic))
        var balancer = Balancer(seed: 1)
        var requests = [Int](repeating: 0, count: instanceCount)
        var underWay = requests
        var ring = [Int](repeating: -1, count: width)
        var peak = 0.0
        for step in 0..<requestCount {
            let oldest = ring[step % width]
            if oldest >= 0 { underWay[oldest] -= 1 }
            ring[step % width] = -1
            let number = rank(of: Draw.fraction(step), in: shares)
            var association = Association(minted: Draw.lineage(number), at: moment.wall)
            let placing = placer.place(
                &association, in: service, with: &balancer, at: moment, requests: { underWay[$0] })
            guard case .send(let placed) = placing else { continue }
            requests[placed.position] += 1
            underWay[placed.position] += 1
            ring[step % width] = placed.position
            peak += largestOverMean(underWay)
        }
        let pins = service.instances.map { placer.table.livePins(of: $0.key) }
        return ScaleReport.Balance(
            policy: "\(policy.name)", lineages: largestOverMean(pins), requests: largestOverMean(requests),
            underWay: peak / Double(requestCount))
    }

    private static func cumulativeShares() -> [Double] {
        var sum = 0.0
        var shares: [Double] = []
        shares.reserveCapacity(lineageCount)
        for rank in 1...lineageCount {
            sum += 1 / Double(rank)
            shares.append(sum)
        }
        return shares.map { $0 / sum }
    }

    private static func rank(of fraction: Double, in shares: [Double]) -> Int {
        var low = 0
        var high = shares.count - 1
        while low < high {
            let middle = (low + high) / 2
            if shares[middle] < fraction { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func largestOverMean(_ counts: [Int]) -> Double {
        let sum = counts.reduce(0, +)
        guard sum > 0, let largest = counts.max() else { return 1 }
        return Double(largest * counts.count) / Double(sum)
    }
}
