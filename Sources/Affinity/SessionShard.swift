internal import Platform

/// The sessions of one shard of the session cache, in the order of their age.
///
/// Entries stand in one array and are linked by position from the oldest to the youngest; an open-addressed
/// index of positions finds them. IDs that are stored were drawn by our side, so their bits are taken as
/// they are.
struct SessionShard: Sendable {
    private struct Entry {
        var id: SessionID
        // None where the entry is vacant.
        var session: CachedSession?
        var deadline: MonotonicTime
        // The session on whose connection this one was made.
        var predecessor: SessionID?
        // Neighbours by age, or the next vacant entry.
        var older: Int32
        var younger: Int32
    }

    private let maximumSessions: Int
    private let maximumBytes: Int
    private var entries: [Entry] = []
    // Positions plus one; zero is empty. A power of two, at least twice the entries.
    private var index: [Int32] = []
    private var oldest: Int32 = -1
    private var youngest: Int32 = -1
    private var vacant: Int32 = -1
    private var sweepPosition = 0
    /// What the shard holds and has done.
    private(set) var statistics = SessionCacheStatistics()

    /// What an entry costs besides its bytes: itself, its part of the index, the heads of an array and an object, and what
    /// the allocator needs for the object's bytes.
    static let overheadBytes = MemoryLayout<Entry>.stride + 4 * MemoryLayout<Int32>.stride + 3 * 32

    init(sessions: Int, bytes: Int) {
        maximumSessions = sessions
        maximumBytes = bytes
    }

    /// The session of an ID, if its lifetime is not over.
    mutating func find(_ id: SessionID, now: MonotonicTime) -> CachedSession? {
        guard let position = position(of: id) else {
            statistics.misses &+= 1
            return nil
        }
        guard now < entries[position].deadline else {
            remove(position)
            statistics.expired &+= 1
            statistics.misses &+= 1
            return nil
        }
        statistics.hits &+= 1
        return entries[position].session
    }

    /// Keeps a session, in the place of an earlier one of the same ID. The oldest give way.
    mutating func store(
        _ id: SessionID, _ session: CachedSession, following predecessor: SessionID?,
        until deadline: MonotonicTime, now: MonotonicTime
    ) -> Bool {
        if let position = position(of: id) { remove(position) }
        let cost = Self.cost(of: session)
        guard maximumSessions > 0, cost <= maximumBytes else {
            statistics.refused &+= 1
            return false
        }
        makeRoom(for: cost, now: now)
        insert(
            Entry(
                id: id, session: session, deadline: deadline, predecessor: predecessor, older: youngest,
                younger: -1))
        statistics.sessions += 1
        statistics.bytes += cost
        return true
    }

    /// The session that the session of an ID has followed.
    func predecessor(of id: SessionID) -> SessionID? {
        position(of: id).flatMap { entries[$0].predecessor }
    }

    /// Ends the session of an ID earlier than it would.
    mutating func shorten(_ id: SessionID, until deadline: MonotonicTime) {
        guard let position = position(of: id) else { return }
        entries[position].deadline = min(entries[position].deadline, deadline)
    }

    /// Gives the session of an ID other association data.
    mutating func replaceAssociation(of id: SessionID, with association: [UInt8]) -> Bool {
        guard let position = position(of: id), let before = entries[position].session?.association.count
        else {
            return false
        }
        guard statistics.bytes - before + association.count <= maximumBytes else {
            remove(position)
            statistics.evicted &+= 1
            return false
        }
        statistics.bytes += association.count - before
        entries[position].session?.association = association
        return true
    }

    /// Removes the session of an ID.
    mutating func remove(_ id: SessionID) {
        if let position = position(of: id) { remove(position) }
    }

    /// Removes sessions whose lifetime is over, looking at `count` places from where the last call has ended: the order of
    /// age is not that of the deadlines.
    mutating func sweep(_ count: Int, now: MonotonicTime) {
        for _ in 0..<min(count, entries.count) {
            sweepPosition = sweepPosition + 1 < entries.count ? sweepPosition + 1 : 0
            if entries[sweepPosition].session != nil { removeIfOver(sweepPosition, now: now) }
        }
    }

    private mutating func sweepOldest(_ count: Int, now: MonotonicTime) {
        var position = oldest
        for _ in 0..<count where position >= 0 {
            let next = entries[Int(position)].younger
            removeIfOver(Int(position), now: now)
            position = next
        }
    }

    private mutating func removeIfOver(_ position: Int, now: MonotonicTime) {
        guard now >= entries[position].deadline else { return }
        remove(position)
        statistics.expired &+= 1
    }

    /// Counts a session that was too large.
    mutating func noteRefused() {
        statistics.refused &+= 1
    }

    // MARK: -

    private static func cost(of session: CachedSession) -> Int {
        session.session.count + session.association.count + overheadBytes
    }

    private mutating func makeRoom(for cost: Int, now: MonotonicTime) {
        sweep(2, now: now)
        sweepOldest(2, now: now)
        while oldest >= 0,
            statistics.sessions >= maximumSessions || statistics.bytes + cost > maximumBytes
        {
            remove(Int(oldest))
            statistics.evicted &+= 1
        }
    }

    private mutating func insert(_ entry: Entry) {
        let position: Int
        if vacant >= 0 {
            position = Int(vacant)
            vacant = entries[position].younger
            entries[position] = entry
        } else {
            position = entries.count
            entries.append(entry)
        }
        if youngest >= 0 {
            entries[Int(youngest)].younger = Int32(position)
        } else {
            oldest = Int32(position)
        }
        youngest = Int32(position)
        if index.count < entries.count * 2 { rebuildIndex() } else { enterInIndex(position) }
    }

    private mutating func remove(_ position: Int) {
        removeFromIndex(position)
        let entry = entries[position]
        if entry.older >= 0 {
            entries[Int(entry.older)].younger = entry.younger
        } else {
            oldest = entry.younger
        }
        if entry.younger >= 0 {
            entries[Int(entry.younger)].older = entry.older
        } else {
            youngest = entry.older
        }
        statistics.sessions -= 1
        if let session = entry.session { statistics.bytes -= Self.cost(of: session) }
        entries[position].session = nil
        entries[position].younger = vacant
        vacant = Int32(position)
    }
}

extension SessionShard {
    private func home(of id: SessionID) -> Int {
        Int(truncatingIfNeeded: id.words[1]) & (index.count - 1)
    }

    private func slot(of id: SessionID) -> Int? {
        guard !index.isEmpty else { return nil }
        var slot = home(of: id)
        while index[slot] != 0 {
            if entries[Int(index[slot]) - 1].id == id { return slot }
            slot = (slot + 1) & (index.count - 1)
        }
        return nil
    }

    private func position(of id: SessionID) -> Int? {
        slot(of: id).map { Int(index[$0]) - 1 }
    }

    private mutating func enterInIndex(_ position: Int) {
        var slot = home(of: entries[position].id)
        while index[slot] != 0 { slot = (slot + 1) & (index.count - 1) }
        index[slot] = Int32(position + 1)
    }

    private mutating func rebuildIndex() {
        index = Array(repeating: 0, count: max(16, index.count * 2))
        var position = oldest
        while position >= 0 {
            enterInIndex(Int(position))
            position = entries[Int(position)].younger
        }
    }

    private mutating func removeFromIndex(_ position: Int) {
        guard var gap = slot(of: entries[position].id) else { return }
        let mask = index.count - 1
        var other = (gap + 1) & mask
        while index[other] != 0 {
            let home = home(of: entries[Int(index[other]) - 1].id)
            // The distance from its home tells whether the entry may stand in the gap.
            if (other - home) & mask >= (other - gap) & mask {
                index[gap] = index[other]
                gap = other
            }
            other = (other + 1) & mask
        }
        index[gap] = 0
    }
}
