/// The entries of one shard of the association table: open addressing with linear probing in flat memory.
///
/// A lineage's place follows the order of its bits, so that all pins of a lineage stand in one run of
/// neighbours, mostly on one cache line, and growth copies from front to back. Removal closes the gap at
/// once: there are no gravestones. Memory grows with the entries by half, up to what the limit needs.
@safe
struct PinShard: ~Copyable {
    private var entries: UnsafeMutablePointer<PinEntry>
    private var capacity = 0
    /// How many entries there are.
    private(set) var count = 0
    private let limit: Int
    // The place that the next round of removal looks at.
    private var hand = 0
    /// What was removed because it was unused for too long.
    private(set) var expired: UInt64 = 0
    /// What was removed to make room.
    private(set) var evicted: UInt64 = 0

    /// How many entries are compared when the oldest has to go.
    static let evictionSample = 16

    /// A shard that holds at most `limit` entries and no memory yet.
    init(limit: Int) {
        self.limit = limit
        unsafe entries = Self.allocate(0)
    }

    deinit {
        unsafe UnsafeMutableRawPointer(entries).deallocate()
    }

    /// The bytes held for entries.
    var bytes: Int { capacity * MemoryLayout<PinEntry>.stride }

    /// The places that a shard of that many entries has when it is full.
    static func places(for entries: Int) -> Int { entries + max(1, entries / 3) }

    /// The place of the entry of a lineage whose pair fulfils `matches`.
    @inline(__always)
    func find(_ lineage: Lineage, _ matches: (OwnerLedger.Number) -> Bool) -> Int? {
        guard count > 0 else { return nil }
        var place = home(of: lineage)
        while true {
            let pair = unsafe entries[place].pair
            if pair == 0 { return nil }
            if unsafe entries[place].lineage == lineage, matches(pair) { return place }
            place = next(place)
        }
    }

    /// Calls `body` with each entry of a lineage.
    func forEach(of lineage: Lineage, _ body: (PinEntry) -> Void) {
        guard count > 0 else { return }
        var place = home(of: lineage)
        while unsafe entries[place].pair != 0 {
            if unsafe entries[place].lineage == lineage { unsafe body(entries[place]) }
            place = next(place)
        }
    }

    /// The entry at a place that ``find(_:_:)`` gave.
    subscript(place: Int) -> PinEntry {
        @inline(__always) get { unsafe entries[checked(place)] }
        set { unsafe entries[checked(place)] = newValue }
    }

    /// Notes that an entry was used; writes nothing if that is known closely enough.
    @inline(__always)
    mutating func touch(_ place: Int, at second: UInt32, every grain: UInt32) {
        let place = checked(place)
        let used = unsafe entries[place].used
        if second > used, second - used >= grain { unsafe entries[place].used = second }
    }

    /// Adds an entry of a lineage and pair that are not there. If the shard is full, the longest unused of
    /// ``evictionSample`` entries gives way and its pair is released.
    ///
    /// - Returns: whether there was room: not in a shard whose limit is zero.
    mutating func insert(_ entry: PinEntry, releasing ledger: borrowing OwnerLedger) -> Bool {
        guard limit > 0 else { return false }
        if count >= limit { evict(releasing: ledger) }
        if capacity < Self.places(for: count + 1) { grow() }
        place(entry)
        return true
    }

    /// Removes the entry at a place; others may move.
    mutating func remove(_ place: Int, releasing ledger: borrowing OwnerLedger) {
        ledger.release(unsafe entries[checked(place)].pair)
        count -= 1
        var gap = place
        var other = next(place)
        while unsafe entries[other].pair != 0 {
            let home = home(of: unsafe entries[other].lineage)
            // The entry may fill the gap unless its home lies behind the gap and not behind itself.
            let staysHome = gap <= other ? (gap < home && home <= other) : (gap < home || home <= other)
            if !staysHome {
                unsafe entries[gap] = entries[other]
                gap = other
            }
            other = next(other)
        }
        unsafe entries[gap].pair = 0
    }

    /// Looks at the next `places` places and removes what was last used before `limit`.
    mutating func sweep(_ places: Int, unusedSince limit: UInt32, releasing ledger: borrowing OwnerLedger) {
        for _ in 0..<min(places, capacity) {
            if hand >= capacity { hand = 0 }
            let entry = unsafe entries[hand]
            if entry.pair != 0, entry.used < limit {
                // What moves into the gap is looked at next.
                remove(hand, releasing: ledger)
                expired &+= 1
            } else {
                hand += 1
            }
        }
    }

    /// Counts an entry that was removed because it was found too old.
    mutating func noteExpired() {
        expired &+= 1
    }

    // MARK: -

    @inline(__always)
    private func home(of lineage: Lineage) -> Int {
        Int(
            truncatingIfNeeded: lineage.low.multipliedFullWidth(by: UInt64(truncatingIfNeeded: capacity)).high
        )
    }

    @inline(__always)
    private func next(_ place: Int) -> Int {
        let next = place &+ 1
        return next == capacity ? 0 : next
    }

    @inline(__always)
    private func checked(_ place: Int) -> Int {
        precondition(place >= 0 && place < capacity, "a place outside of the shard")
        return place
    }

    private mutating func place(_ entry: PinEntry) {
        var place = home(of: entry.lineage)
        while unsafe entries[place].pair != 0 { place = next(place) }
        unsafe entries[place] = entry
        count += 1
    }

    private mutating func evict(releasing ledger: borrowing OwnerLedger) {
        var seen = 0
        var oldest: Int?
        var age = UInt32.max
        for _ in 0..<capacity where seen < Self.evictionSample {
            if hand >= capacity { hand = 0 }
            let entry = unsafe entries[hand]
            if entry.pair != 0 {
                seen += 1
                if oldest == nil || entry.used < age {
                    oldest = hand
                    age = entry.used
                }
            }
            hand += 1
        }
        guard let oldest else { return }
        remove(oldest, releasing: ledger)
        evicted &+= 1
    }

    private mutating func grow() {
        let wanted = max(Self.places(for: 8), capacity + capacity / 2, Self.places(for: count + 1))
        let old = unsafe entries
        let oldCapacity = capacity
        capacity = min(wanted, max(Self.places(for: limit), Self.places(for: count + 1)))
        unsafe entries = Self.allocate(capacity)
        count = 0
        hand = 0
        for index in 0..<oldCapacity where unsafe old[index].pair != 0 {
            unsafe place(old[index])
        }
        unsafe UnsafeMutableRawPointer(old).deallocate()
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<PinEntry> {
        let bytes = max(1, capacity) * MemoryLayout<PinEntry>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        return unsafe memory.bindMemory(to: PinEntry.self, capacity: max(1, capacity))
    }
}
