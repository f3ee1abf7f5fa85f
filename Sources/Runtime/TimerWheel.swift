/// Deadlines of many, in buckets of one tick each; setting, moving and clearing take constant time.
///
/// Pure: ticks come in, identifiers go out. Who is due waits in a list of the wheel until it is taken out, so that it can
/// still be moved or cleared by one that was taken out before it. An entry whose deadline was moved later, or cleared, stays in
/// its old bucket and is moved on, or left out, when that comes by: a busy connection may push its time-out with each request,
/// or set and clear one, and touches no entry but its own.
struct TimerWheel {
    private static let bucketCount = 4096
    /// The list of those that are due, behind the buckets.
    private static let dueList = bucketCount
    private static let none: Int32 = -1
    /// The deadline of what has none.
    private static let never = UInt64.max

    private struct Entry {
        var deadline = never
        /// The tick at which its bucket comes by at the latest.
        var visit: UInt64 = 0
        var previous: Int32 = none
        var next: Int32 = none
        var bucket: Int32 = none
    }

    private var entries: [Entry] = []
    private var heads = [Int32](repeating: none, count: bucketCount + 1)
    /// How many entries have a deadline.
    private var waitingCount = 0
    private var occupied = [UInt64](repeating: 0, count: bucketCount / 64)
    /// The last tick that was expired.
    private(set) var tick: UInt64

    /// A wheel that begins at `tick`.
    init(tick: UInt64) {
        self.tick = tick
    }

    /// Makes room for identifiers below `count`.
    mutating func grow(to count: Int) {
        while entries.count < count { entries.append(Entry()) }
    }

    /// Sets the deadline of `identifier`; one that has passed fires with the next tick.
    mutating func set(_ identifier: Int32, deadline: UInt64) {
        let index = Int(identifier)
        let due = min(max(deadline, tick &+ 1), Self.never &- 1)
        if entries[index].deadline == Self.never { waitingCount &+= 1 }
        entries[index].deadline = due
        let bucket = entries[index].bucket
        if bucket != Self.none, bucket != Self.dueList, due >= entries[index].visit { return }
        unlink(index)
        link(index, Self.bucket(of: due))
        entries[index].visit = due
    }

    /// Forgets the deadline of `identifier`.
    mutating func clear(_ identifier: Int32) {
        let index = Int(identifier)
        guard entries[index].deadline != Self.never else { return }
        if entries[index].bucket == Self.dueList { unlink(index) }
        entries[index].deadline = Self.never
        waitingCount &-= 1
    }

    /// Moves on to `now`: those whose deadline has come are due from here on.
    mutating func advance(to now: UInt64) {
        guard now > tick else { return }
        let steps = min(now &- tick, UInt64(Self.bucketCount))
        let first = now &- steps &+ 1
        tick = now
        for step in first...now {
            let bucket = Self.bucket(of: step)
            var identifier = heads[bucket]
            while identifier != Self.none {
                let index = Int(identifier)
                let deadline = entries[index].deadline
                identifier = entries[index].next
                guard deadline != Self.never else {
                    unlink(index)
                    continue
                }
                // Otherwise it was moved later since it was linked, or its deadline is in a later round.
                let target = deadline <= now ? Self.dueList : Self.bucket(of: deadline)
                entries[index].visit = deadline
                if target != bucket {
                    unlink(index)
                    link(index, target)
                }
            }
        }
    }

    /// Takes out one that is due; nil if there is none (left).
    mutating func popDue() -> Int32? {
        let identifier = heads[Self.dueList]
        guard identifier != Self.none else { return nil }
        // It leaves the list at once.
        clear(identifier)
        return identifier
    }

    /// The tick at which something may be due; nil if nothing waits. It may come early, never late.
    var nextTick: UInt64? {
        guard waitingCount > 0 else { return nil }
        let start = Self.bucket(of: tick &+ 1)
        var word = start / 64
        var bits = occupied[word] & (UInt64.max << UInt64(start % 64))
        for _ in 0...occupied.count {
            if bits != 0 {
                let bucket = word * 64 + bits.trailingZeroBitCount
                let distance = (bucket - start + Self.bucketCount) % Self.bucketCount
                return tick &+ 1 &+ UInt64(distance)
            }
            word = (word + 1) % occupied.count
            bits = occupied[word]
        }
        return nil
    }

    private static func bucket(of tick: UInt64) -> Int {
        Int(tick % UInt64(bucketCount))
    }

    private mutating func link(_ index: Int, _ bucket: Int) {
        let head = heads[bucket]
        entries[index].bucket = Int32(bucket)
        entries[index].previous = Self.none
        entries[index].next = head
        if head != Self.none { entries[Int(head)].previous = Int32(index) }
        heads[bucket] = Int32(index)
        if bucket != Self.dueList { occupied[bucket / 64] |= 1 << UInt64(bucket % 64) }
    }

    private mutating func unlink(_ index: Int) {
        let entry = entries[index]
        guard entry.bucket != Self.none else { return }
        if entry.previous == Self.none {
            heads[Int(entry.bucket)] = entry.next
            if entry.next == Self.none, entry.bucket != Self.dueList {
                occupied[Int(entry.bucket) / 64] &= ~(1 << UInt64(entry.bucket % 64))
            }
        } else {
            entries[Int(entry.previous)].next = entry.next
        }
        if entry.next != Self.none { entries[Int(entry.next)].previous = entry.previous }
        entries[index].bucket = Self.none
        entries[index].previous = Self.none
        entries[index].next = Self.none
    }
}
