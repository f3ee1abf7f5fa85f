public import Platform
internal import Synchronization

/// The keys that seal and open session tickets (RFC 5077, section 4): AES-256-CBC with HMAC-SHA-256.
///
/// The newest key that has begun seals; all that are not retired open. A key seals for one rotation and opens for
/// as many more as old keys are kept, so a ticket never outlives the key that it was sealed with: its lifetime is
/// clamped to ``remainingLife(now:)``. One ring serves all contexts and is handed over on reload.
public final class TicketKeyRing: Sendable {
    /// The most old keys that can be kept.
    public static let keptKeysLimit = 64

    /// For how long a key seals, in seconds.
    public let rotationSeconds: UInt64
    /// How many old keys still open tickets.
    public let keptKeys: Int

    /// Oldest first by the time they begin; never empty.
    private let keys: Lock<[TicketKey]>
    /// How often they have changed.
    private let changes = Atomic<UInt64>(0)

    /// A ring with one new key.
    ///
    /// - Parameters:
    ///   - rotation: for how long a key seals; at least a second.
    ///   - keptKeys: how many old keys still open tickets: 1...64.
    ///   - now: the present moment.
    /// - Throws: ``TLSError`` if a number is out of range or no key can be made.
    public init(rotation: Duration, keptKeys: Int, now: WallTime = .now) throws(TLSError) {
        let seconds = rotation.components.seconds
        guard seconds >= 1 else {
            throw .setting(name: "ticket-keys.rotate", value: "\(rotation)", cause: "at least one second")
        }
        guard (1...TicketKeyRing.keptKeysLimit).contains(keptKeys) else {
            throw .setting(name: "ticket-keys.keep", value: "\(keptKeys)", cause: "1 to 64 keys")
        }
        rotationSeconds = UInt64(seconds)
        self.keptKeys = keptKeys
        let life = TicketKeyRing.life(rotation: rotationSeconds, keptKeys: keptKeys)
        guard let first = TicketKeyRing.makeKey(now: now, life: life) else {
            throw .unavailable(what: "ticket key", cause: ErrorQueue.takeSentence())
        }
        keys = Lock([first])
    }

    /// How many keys the ring holds.
    public var count: Int {
        keys.withLock { $0.count }
    }

    /// Changes whenever the keys do: what was kept of them before is not all of them any more.
    public var version: UInt64 { changes.load(ordering: .acquiring) }

    /// Makes the key that will seal next, if its time is less than `ahead` seconds away, so that it can be kept before it
    /// seals anything.
    public func prepareNext(ahead: UInt64, now: WallTime = .now) {
        keys.withLock { keys in
            guard let current = sealing(in: keys, now: now), !keys.contains(where: { $0.notBefore > now })
            else { return }
            let due = current.notBefore.seconds &+ rotationSeconds
            guard due > now.seconds, due - now.seconds <= ahead,
                let key = makeKey(now: WallTime(seconds: due))
            else { return }
            insert(key, into: &keys, now: now)
        }
    }

    /// The keys that there are.
    func presentKeys() -> [TicketKey] {
        keys.withLock { $0 }
    }

    /// Puts `restored`, the oldest first, in the place of the keys that there are.
    func replaceKeys(by restored: [TicketKey]) {
        keys.withLock { $0 = restored }
        changes.add(1, ordering: .releasing)
    }

    /// Lets a new key seal from now on. The oldest keys are dropped, and wiped, when there are more than are kept.
    public func rotate(now: WallTime = .now) throws(TLSError) {
        guard let key = makeKey(now: now) else {
            throw .unavailable(what: "ticket key", cause: ErrorQueue.takeSentence())
        }
        keys.withLock { insert(key, into: &$0, now: now) }
    }

    /// Rotates if the sealing key has served its time. Sealing does so by itself: call this where a log line is
    /// wanted, or no tickets are made.
    ///
    /// - Returns: whether there is a new key.
    @discardableResult
    public func rotateIfDue(now: WallTime = .now) -> Bool {
        keys.withLock { rotateIfDue(&$0, now: now) }
    }

    /// How long a ticket that is sealed now can be opened, in seconds.
    public func remainingLife(now: WallTime = .now) -> UInt32 {
        keys.withLock { keys in
            rotateIfDue(&keys, now: now)
            return UInt32(clamping: sealing(in: keys, now: now)?.retirement.seconds(since: now) ?? 0)
        }
    }

    /// The key that seals now, rotated if it has served its time; nil if there is none and none can be made.
    func sealingKey(now: WallTime) -> TicketKey? {
        keys.withLock { keys in
            rotateIfDue(&keys, now: now)
            return sealing(in: keys, now: now)
        }
    }

    /// The key with this name (16 bytes), if it has not retired.
    func openingKey(named name: UnsafePointer<UInt8>, now: WallTime) -> TicketKey? {
        keys.withLock { keys in
            keys.last { unsafe $0.isNamed(name) && $0.retirement > now }
        }
    }

    @discardableResult
    private func rotateIfDue(_ keys: inout [TicketKey], now: WallTime) -> Bool {
        if let key = sealing(in: keys, now: now), now.seconds(since: key.notBefore) < rotationSeconds {
            return false
        }
        guard let key = makeKey(now: now) else { return false }
        insert(key, into: &keys, now: now)
        return true
    }

    private func sealing(in keys: [TicketKey], now: WallTime) -> TicketKey? {
        // The second case is a clock that was set back: an own key that begins later can seal as well.
        keys.last { $0.notBefore <= now && $0.retirement > now } ?? keys.last { $0.retirement > now }
    }

    private func insert(_ key: TicketKey, into keys: inout [TicketKey], now: WallTime) {
        let place = keys.firstIndex { $0.notBefore > key.notBefore } ?? keys.endIndex
        keys.insert(key, at: place)
        keys.removeAll { $0.retirement <= now }
        let waiting = keys.count { $0.notBefore > now }
        let surplus = keys.count - waiting - (keptKeys + 1)
        if surplus > 0 { keys.removeFirst(surplus) }
        changes.add(1, ordering: .releasing)
    }

    private func makeKey(now: WallTime) -> TicketKey? {
        TicketKeyRing.makeKey(
            now: now, life: TicketKeyRing.life(rotation: rotationSeconds, keptKeys: keptKeys))
    }

    private static func life(rotation: UInt64, keptKeys: Int) -> UInt64 {
        rotation.multipliedReportingOverflow(by: UInt64(keptKeys) + 1).partialValue
    }

    private static func makeKey(now: WallTime, life: UInt64) -> TicketKey? {
        TicketKey(notBefore: now, retirement: WallTime(seconds: now.seconds &+ life))
    }
}
