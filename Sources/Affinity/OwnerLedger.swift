internal import Synchronization
internal import Platform

/// Numbers the pairs of service and platform service that pins name, and counts the pins of each.
///
/// A table entry holds the two-byte number of its pair, which keeps entries small; reading a pair or a
/// count takes no lock. Pairs stand in an open-addressed index by their platform service. A pair whose
/// count is zero may give its place to another; one that is held never moves, so a holder's number stays
/// good.
@safe
struct OwnerLedger: ~Copyable, Sendable {
    /// The number of a pair, never zero: zero marks an empty table entry.
    typealias Number = UInt16

    private struct Account: ~Copyable {
        let service = Atomic<UInt64>(0)
        // Zero until the place is first used.
        let instance = Atomic<UInt64>(0)
        let count = Atomic<Int>(0)
    }

    // The memory is set up once, here; what changes in it is atomic.
    private nonisolated(unsafe) let accounts: UnsafeMutablePointer<Account>
    private let capacity: Int
    // How many places were ever used. Held while a pair takes a place.
    private let used = Lock(0)

    /// The most pairs that a ledger can number.
    static let maximumCapacity = 32_768

    /// A ledger of `capacity` places, rounded up to a power of two of at most ``maximumCapacity``.
    init(capacity wanted: Int) {
        var capacity = 16
        while capacity < min(wanted, Self.maximumCapacity) { capacity *= 2 }
        self.capacity = capacity
        unsafe accounts = .allocate(capacity: capacity)
        for place in 0..<capacity {
            unsafe (accounts + place).initialize(to: Account())
        }
    }

    deinit {
        unsafe accounts.deinitialize(count: capacity)
        unsafe accounts.deallocate()
    }

    /// How many bytes the ledger holds.
    var bytes: Int { capacity * MemoryLayout<Account>.stride }

    /// The service of a held pair.
    func service(of number: Number) -> ServiceKey {
        ServiceKey(rawValue: unsafe accounts[place(of: number)].service.load(ordering: .relaxed))
    }

    /// The platform service of a held pair.
    func instance(of number: Number) -> InstanceKey {
        InstanceKey(rawValue: unsafe accounts[place(of: number)].instance.load(ordering: .relaxed))
    }

    /// How many pins name the platform service, at one service or at all.
    func count(of instance: InstanceKey, at service: ServiceKey?) -> Int {
        var sum = 0
        var place = home(of: instance)
        for _ in 0..<capacity {
            let found = unsafe accounts[place].instance.load(ordering: .acquiring)
            if found == 0 { break }
            if found == instance.rawValue,
                service == nil || service == self.service(of: number(of: place))
            {
                sum &+= unsafe accounts[place].count.load(ordering: .relaxed)
            }
            place = (place + 1) & (capacity - 1)
        }
        return sum
    }

    /// Counts one more pin of the pair and gives its number; nil if there is no place for a new pair.
    func hold(_ service: ServiceKey, _ instance: InstanceKey) -> Number? {
        guard instance.rawValue != 0 else { return nil }
        return holdKnown(service, instance) ?? holdUnderLock(service, instance)
    }

    /// Counts one pin less of a held pair.
    func release(_ number: Number) {
        unsafe accounts[place(of: number)].count.wrappingSubtract(1, ordering: .releasing)
    }

    // MARK: -

    private func place(of number: Number) -> Int {
        (Int(number) &- 1) & (capacity &- 1)
    }

    private func number(of place: Int) -> Number {
        Number(truncatingIfNeeded: place &+ 1)
    }

    private func home(of instance: InstanceKey) -> Int {
        // Keys are cut from a hash or stand in authenticated data, so their bits are good; the product
        // spreads numbers that a test might count up.
        let spread = instance.rawValue &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: spread >> 40) & (capacity &- 1)
    }

    private func isPair(_ place: Int, _ service: ServiceKey, _ instance: InstanceKey) -> Bool {
        unsafe accounts[place].instance.load(ordering: .acquiring) == instance.rawValue
            && accounts[place].service.load(ordering: .acquiring) == service.rawValue
    }

    /// Holds a pair that others hold already, without the lock.
    private func holdKnown(_ service: ServiceKey, _ instance: InstanceKey) -> Number? {
        var place = home(of: instance)
        for _ in 0..<capacity {
            if unsafe accounts[place].instance.load(ordering: .acquiring) == 0 { return nil }
            if isPair(place, service, instance), incrementIfHeld(place) {
                // The place may have gone to another pair between the look and the count. Now that it is
                // held it stays as it is.
                if isPair(place, service, instance) { return number(of: place) }
                release(number(of: place))
                return nil
            }
            place = (place + 1) & (capacity - 1)
        }
        return nil
    }

    private func incrementIfHeld(_ place: Int) -> Bool {
        var count = unsafe accounts[place].count.load(ordering: .relaxed)
        while count > 0 {
            let (exchanged, found) = unsafe accounts[place].count.weakCompareExchange(
                expected: count, desired: count + 1, ordering: .acquiring)
            if exchanged { return true }
            count = found
        }
        return false
    }

    private func holdUnderLock(_ service: ServiceKey, _ instance: InstanceKey) -> Number? {
        used.withLock { used in
            if used >= capacity / 4 * 3 { used -= tidy() }
            var place = home(of: instance)
            var vacated: Int?
            for _ in 0..<capacity {
                if unsafe accounts[place].instance.load(ordering: .relaxed) == 0 { break }
                if isPair(place, service, instance) {
                    unsafe accounts[place].count.wrappingAdd(1, ordering: .acquiring)
                    return number(of: place)
                }
                if vacated == nil, unsafe accounts[place].count.load(ordering: .relaxed) == 0 {
                    vacated = place
                }
                place = (place + 1) & (capacity - 1)
            }
            if let vacated {
                place = vacated
            } else if unsafe accounts[place].instance.load(ordering: .relaxed) == 0 {
                used += 1
            } else {
                return nil
            }
            unsafe accounts[place].service.store(service.rawValue, ordering: .releasing)
            unsafe accounts[place].instance.store(instance.rawValue, ordering: .releasing)
            unsafe accounts[place].count.store(1, ordering: .releasing)
            return number(of: place)
        }
    }

    /// Empties the places that nobody holds and that no search has to pass: those before an empty one.
    /// Under the lock.
    ///
    /// - Returns: how many.
    private func tidy() -> Int {
        var emptied = 0
        // Twice round, so that a run that crosses the end is seen from its own end.
        for step in stride(from: 2 * capacity - 1, through: 0, by: -1) {
            let place = step & (capacity - 1)
            let next = (place + 1) & (capacity - 1)
            guard unsafe accounts[next].instance.load(ordering: .relaxed) == 0,
                unsafe accounts[place].instance.load(ordering: .relaxed) != 0,
                unsafe accounts[place].count.load(ordering: .relaxed) == 0
            else { continue }
            unsafe accounts[place].instance.store(0, ordering: .releasing)
            emptied += 1
        }
        return emptied
    }
}
