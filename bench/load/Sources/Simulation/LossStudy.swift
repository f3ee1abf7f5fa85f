internal import Affinity
internal import Balancing
internal import Platform

/// What a lost association table costs: lineages come back with what their tickets carry, or with nothing but their name.
enum LossStudy {
    private static let instanceCount = 8
    private static let policy = AssociationPolicy(
        virtualHostHash: 1, policyHash: 1, epoch: 0, lifetime: .seconds(8 * 3600))

    static func run(lineages count: Int) throws(BalancingError) -> [ScaleReport.Loss] {
        var all: [ScaleReport.Loss] = []
        for policy in Policy.allCases { all.append(try run(policy, lineages: count)) }
        return all
    }

    private static func run(
        _ balancing: Policy, lineages count: Int
    ) throws(BalancingError) -> ScaleReport.Loss {
        let moment = Moment(monotonic: .now, wall: .now)
        let service = try Instances.service(instanceCount, balancing)
        var balancer = Balancer(seed: 1)
        let whole = Placer(table(count, moment))
        var tickets: [AssociationData] = []
        var owners: [Int] = []
        tickets.reserveCapacity(count)
        owners.reserveCapacity(count)
        for number in 0..<count {
            var association = Association(minted: Draw.lineage(number), at: moment.wall)
            owners.append(place(&association, service, &balancer, whole, moment))
            tickets.append(association.data(under: policy))
        }
        let before = Stopwatch.once(count) { number in
            var association = Association(resuming: tickets[number])
            Blackhole.take(UInt64(bitPattern: Int64(place(&association, service, &balancer, whole, moment))))
        }
        let lost = Placer(table(count, moment))
        var kept = 0
        let after = Stopwatch.once(count) { number in
            var association = Association(resuming: tickets[number])
            if place(&association, service, &balancer, lost, moment) == owners[number] { kept += 1 }
        }
        let bare = Placer(table(count, moment))
        var keptBare = 0
        // Clients do not come back in the order in which they came first.
        let order = (0..<count).sorted { Draw.mixed(UInt64($0)) < Draw.mixed(UInt64($1)) }
        for number in order {
            var association = Association(minted: Draw.lineage(number), at: moment.wall)
            if place(&association, service, &balancer, bare, moment) == owners[number] { keptBare += 1 }
        }
        return ScaleReport.Loss(
            policy: "\(balancing.name)", keptByTicket: Double(kept) / Double(count),
            keptWithoutPin: Double(keptBare) / Double(count), before: before, after: after)
    }

    private static func table(_ count: Int, _ moment: Moment) -> AssociationTable {
        AssociationTable(
            AssociationTableLimits(pins: count * 2, lifetime: .seconds(8 * 3600)), start: moment.monotonic)
    }

    private static func place(
        _ association: inout Association, _ service: ServiceState, _ balancer: inout Balancer,
        _ placer: Placer,
        _ moment: Moment
    ) -> Int {
        let placing = placer.place(
            &association, in: service, with: &balancer, at: moment, requests: { _ in 0 })
        guard case .send(let placed) = placing else { return -1 }
        return placed.position
    }
}
