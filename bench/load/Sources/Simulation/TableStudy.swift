internal import Affinity
internal import Platform

/// The association table with that many pins, four services' worth of owners.
enum TableStudy {
    private static let service = ServiceKey(rawValue: 1)
    private static let origin = WallTime.now

    static func run(_ count: Int, _ bench: Stopwatch) -> ScaleReport.Size {
        let now = MonotonicTime.now
        let before = ProcessMemory.resident
        let table = emptyTable(for: count, now)
        let insert = Stopwatch.once(count) { enter($0, into: table, now) }
        let grown = ProcessMemory.resident - before
        let hit = bench.time(among: count) { number in
            table.pin(of: Draw.lineage(number), at: service, now: now)?.owner.rawValue ?? 0
        }
        let small = emptyTable(for: Stopwatch.warmingCalls, now)
        for number in 0..<Stopwatch.warmingCalls { enter(number, into: small, now) }
        let coldHit = bench.coldTime(among: count) { number in
            small.pin(of: Draw.lineage(number), at: service, now: now)?.owner.rawValue ?? 0
        } _: { number in
            table.pin(of: Draw.lineage(number), at: service, now: now)?.owner.rawValue ?? 0
        }
        let miss = bench.time(among: count) { number in
            table.pin(of: Draw.lineage(number + count), at: service, now: now)?.owner.rawValue ?? 0
        }
        let bytes = table.statistics.bytes
        return ScaleReport.Size(
            entries: table.statistics.pins, hit: hit, coldHit: coldHit, miss: miss, insert: insert,
            accountedBytes: Double(bytes) / Double(count), residentBytes: Double(grown) / Double(count),
            memoryFloor: bench.memoryFloor(bytes: bytes))
    }

    private static func emptyTable(for count: Int, _ now: MonotonicTime) -> AssociationTable {
        let limits = AssociationTableLimits(
            pins: count + count / 2 + 100_000, memoryBytes: 16 << 30, lifetime: .seconds(8 * 3600))
        return AssociationTable(limits, start: now)
    }

    private static func enter(_ number: Int, into table: AssociationTable, _ now: MonotonicTime) {
        let owner = InstanceKey(rawValue: UInt64(number % 4) + 1)
        let pin = Pin(service: service, owner: owner, origin: origin, reason: .new)
        _ = table.reserve(Draw.lineage(number), pin, now: now)
    }
}
