public import Platform
internal import Synchronization

/// The authoritative record of which platform service owns a lineage at a service, for all worker threads.
///
/// It is bounded in pins and bytes. A pin that nobody uses for ``AssociationTableLimits/lifetime`` is
/// removed; when there is no room, one that was unused for long gives way (the longest unused of a sample).
/// The limit is divided evenly among the shards. A look-up takes one lock of many, for some tens of
/// nanoseconds, and no allocation; entries are 32 bytes.
public final class AssociationTable: Sendable {
    private let shards: Shards<PinShard>
    private let ledger: OwnerLedger
    private let start: MonotonicTime
    private let lifetimeSeconds: UInt32
    private let grainSeconds: UInt32
    private let refused = Atomic<UInt64>(0)
    private let sweepPosition = Atomic<UInt64>(0)

    /// The most shards of a table.
    static let maximumShards = 1024
    /// How many pins a shard should be there for: more shards for a larger table keep growth short.
    static let pinsPerShard = 1024

    /// An empty table.
    ///
    /// - Parameters:
    ///   - limits: how much it may hold.
    ///   - start: the present moment.
    public init(_ limits: AssociationTableLimits = AssociationTableLimits(), start: MonotonicTime) {
        let pins = limits.effectivePins
        var count = 1
        while count < Self.maximumShards, count * Self.pinsPerShard * 2 <= pins { count *= 2 }
        let limit = pins / count
        shards = Shards(atLeast: count) { PinShard(limit: limit) }
        ledger = OwnerLedger(capacity: limits.owners)
        self.start = start
        let seconds = limits.lifetime.clampedNanoseconds / 1_000_000_000
        lifetimeSeconds = UInt32(clamping: max(1, seconds))
        grainSeconds = max(1, lifetimeSeconds / 64)
    }

    /// The pin of a lineage at a service, which counts as a use of it.
    public func pin(of lineage: Lineage, at service: ServiceKey, now: MonotonicTime) -> Pin? {
        let second = second(of: now)
        return shards.withShard(of: lineage.high) { shard in
            guard let place = find(lineage, service, in: &shard, at: second) else { return nil }
            shard.touch(place, at: second, every: grainSeconds)
            return pin(shard[place])
        }
    }

    /// All pins of a lineage, the newest if there are more than ``PinSet/capacity``. Not a use of them.
    public func pins(of lineage: Lineage, at now: MonotonicTime) -> PinSet {
        let oldest = oldestUse(at: second(of: now))
        return shards.withShard(of: lineage.high) { shard in
            var set = PinSet()
            shard.forEach(of: lineage) { entry in
                if entry.used >= oldest { set.put(pin(entry)) }
            }
            return set
        }
    }

    /// Enters a pin unless there is one of the same or a newer generation: of several that come at once the
    /// first wins, and all get the same answer.
    ///
    /// - Returns: the pin that counts from now on. If there is no room, the proposed one, which is then
    ///   kept by its ticket alone.
    public func reserve(_ lineage: Lineage, _ proposed: Pin, now: MonotonicTime) -> Pin {
        let second = second(of: now)
        return shards.withShard(of: lineage.high) { shard in
            if let place = find(lineage, proposed.service, in: &shard, at: second) {
                let present = pin(shard[place])
                shard.touch(place, at: second, every: grainSeconds)
                guard present.generation < proposed.generation else { return present }
                return replace(place, with: proposed, in: &shard, at: second)
            }
            return insert(lineage, proposed, in: &shard, at: second)
        }
    }

    /// Moves a pin to another owner, unless it has moved already: of several re-pins that come at once the
    /// first wins, and all get the same answer.
    ///
    /// - Parameters:
    ///   - lineage: the lineage.
    ///   - old: the pin that the caller has found unfit, from the table or from a ticket.
    ///   - owner: the new owner.
    ///   - reason: why the pin moves.
    ///   - moment: the present moment.
    /// - Returns: the pin that counts from now on: the moved one, or what another move has made of it.
    public func move(
        _ lineage: Lineage, from old: Pin, to owner: InstanceKey, reason: Reason, at moment: Moment
    ) -> Pin {
        let second = second(of: moment.monotonic)
        let moved = old.moved(to: owner, reason: reason, at: moment.wall)
        return shards.withShard(of: lineage.high) { shard in
            guard let place = find(lineage, old.service, in: &shard, at: second) else {
                return insert(lineage, moved, in: &shard, at: second)
            }
            let present = pin(shard[place])
            let isOlder = present.generation < old.generation
            let isSame = present.generation == old.generation && present.owner == old.owner
            guard isOlder || isSame else { return present }
            return replace(place, with: moved, in: &shard, at: second)
        }
    }

    /// Removes a pin; for a lineage that nothing carries any more.
    public func remove(_ lineage: Lineage, at service: ServiceKey) {
        shards.withShard(of: lineage.high) { shard in
            guard let place = shard.find(lineage, { ledger.service(of: $0) == service }) else { return }
            shard.remove(place, releasing: ledger)
        }
    }
}

extension AssociationTable {
    /// How many pins name a platform service, at all services. Takes no lock.
    public func livePins(of owner: InstanceKey) -> Int {
        ledger.count(of: owner, at: nil)
    }

    /// How many pins of a service name a platform service. Takes no lock.
    public func livePins(of owner: InstanceKey, at service: ServiceKey) -> Int {
        ledger.count(of: owner, at: service)
    }

    /// Removes old pins from a part of the table, so that a table without traffic lets go of them too. To be
    /// called now and then by one thread; each call goes on where the last one ended.
    ///
    /// - Parameters:
    ///   - places: how many places to look at, some nanoseconds each.
    ///   - now: the present moment.
    public func sweep(_ places: Int = 4096, now: MonotonicTime) {
        let oldest = oldestUse(at: second(of: now))
        let position = sweepPosition.wrappingAdd(1, ordering: .relaxed).oldValue
        shards.withShard(of: position) { $0.sweep(places, unusedSince: oldest, releasing: ledger) }
    }

    /// What the table holds and has done. Takes each lock for a moment.
    public var statistics: AssociationTableStatistics {
        var sum = AssociationTableStatistics()
        sum.bytes = ledger.bytes
        sum.refused = refused.load(ordering: .relaxed)
        for index in 0..<shards.count {
            let part = shards.withShard(of: UInt64(index)) { shard in
                (pins: shard.count, bytes: shard.bytes, expired: shard.expired, evicted: shard.evicted)
            }
            sum.pins += part.pins
            sum.bytes += part.bytes
            sum.expired += part.expired
            sum.evicted += part.evicted
        }
        return sum
    }
}

extension AssociationTable {
    private func second(of now: MonotonicTime) -> UInt32 {
        UInt32(clamping: now.nanoseconds(since: start) / 1_000_000_000)
    }

    private func oldestUse(at second: UInt32) -> UInt32 {
        second >= lifetimeSeconds ? second - lifetimeSeconds + 1 : 0
    }

    private func pin(_ entry: PinEntry) -> Pin {
        Pin(
            service: ledger.service(of: entry.pair), owner: ledger.instance(of: entry.pair),
            generation: entry.generation, origin: WallTime(seconds: UInt64(entry.origin)),
            reason: entry.reason)
    }

    @inline(__always)
    private func find(
        _ lineage: Lineage, _ service: ServiceKey, in shard: inout PinShard, at second: UInt32
    ) -> Int? {
        guard let place = shard.find(lineage, { ledger.service(of: $0) == service }) else { return nil }
        guard shard[place].used < oldestUse(at: second) else { return place }
        shard.remove(place, releasing: ledger)
        shard.noteExpired()
        return nil
    }

    private func insert(
        _ lineage: Lineage, _ pin: Pin, in shard: inout PinShard, at second: UInt32
    ) -> Pin {
        shard.sweep(2, unusedSince: oldestUse(at: second), releasing: ledger)
        guard let pair = ledger.hold(pin.service, pin.owner) else {
            refused.wrappingAdd(1, ordering: .relaxed)
            return pin
        }
        let entry = PinEntry(
            lineage: lineage, generation: pin.generation, pair: pair, reason: pin.reason,
            origin: UInt32(clamping: pin.origin.seconds), used: second)
        if !shard.insert(entry, releasing: ledger) {
            ledger.release(pair)
            refused.wrappingAdd(1, ordering: .relaxed)
        }
        return pin
    }

    private func replace(_ place: Int, with pin: Pin, in shard: inout PinShard, at second: UInt32) -> Pin {
        var entry = shard[place]
        guard let pair = ledger.hold(pin.service, pin.owner) else {
            // An entry of the older generation must not come back: without it the ticket decides.
            shard.remove(place, releasing: ledger)
            refused.wrappingAdd(1, ordering: .relaxed)
            return pin
        }
        ledger.release(entry.pair)
        entry.pair = pair
        entry.generation = pin.generation
        entry.reason = pin.reason
        entry.origin = UInt32(clamping: pin.origin.seconds)
        entry.used = second
        shard[place] = entry
        return pin
    }
}
