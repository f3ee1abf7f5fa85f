internal import CLinux

/// What epoll(7) has to say about a descriptor.
@frozen
public struct Readiness: OptionSet, Sendable {
    /// The bits of epoll_ctl(2).
    public let rawValue: UInt32

    /// A set from the kernel's bits.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// There is something to read (EPOLLIN).
    public static let readable = Readiness(rawValue: 0x001)
    /// There is room to write (EPOLLOUT).
    public static let writable = Readiness(rawValue: 0x004)
    /// The peer will send no more (EPOLLRDHUP), or the connection is gone (EPOLLHUP, EPOLLERR).
    public static let peerClosed = Readiness(rawValue: 0x2000 | 0x010 | 0x008)
    /// The connection failed (EPOLLERR) or is closed in both directions (EPOLLHUP).
    public static let broken = Readiness(rawValue: 0x010 | 0x008)
}

/// An epoll instance: edge-triggered, one registration a descriptor, for both directions at once.
@safe
public struct Poller: ~Copyable {
    private let descriptor: Descriptor
    private let events: UnsafeMutablePointer<epoll_event>
    private let capacity: Int

    /// At most `capacity` events are taken in one wait.
    public init(capacity: Int) throws(SystemError) {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else { throw .last("epoll_create1") }
        descriptor = Descriptor(adopting: number)
        unsafe events = .allocate(capacity: capacity)
        unsafe events.initialize(repeating: epoll_event(), count: capacity)
        self.capacity = capacity
    }

    deinit {
        unsafe events.deallocate()
    }

    /// Watches `number` in both directions; `tag` comes back with each event.
    public borrowing func add(_ number: Int32, tag: UInt64) throws(SystemError) {
        let interest = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        try control(EPOLL_CTL_ADD, number, interest, tag)
    }

    /// Watches `number` for reading only, level-triggered: for listeners, signals and wake-ups.
    public borrowing func addLevelTriggered(_ number: Int32, tag: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_ADD, number, EPOLLIN.rawValue, tag)
    }

    /// Watches no longer.
    public borrowing func remove(_ number: Int32) {
        // A descriptor that is already closed has left by itself: nothing to report.
        _ = limpet_epoll_control(descriptor.number, EPOLL_CTL_DEL, number, 0, 0)
    }

    /// Waits until something happens or `milliseconds` have passed (-1: for ever), and returns how many events there are.
    public borrowing func wait(milliseconds: Int32) throws(SystemError) -> Int {
        let count = unsafe epoll_wait(descriptor.number, events, Int32(capacity), milliseconds)
        if count >= 0 { return Int(count) }
        let error = SystemError.last("epoll_wait")
        if error.number == EINTR { return 0 }
        throw error
    }

    /// The tag and readiness of event `index` of the last wait.
    public borrowing func event(_ index: Int) -> (tag: UInt64, readiness: Readiness) {
        unsafe (limpet_epoll_tag(events + index), Readiness(rawValue: events[index].events))
    }

    private borrowing func control(
        _ operation: Int32, _ number: Int32, _ interest: UInt32, _ tag: UInt64
    ) throws(SystemError) {
        guard limpet_epoll_control(descriptor.number, operation, number, interest, tag) == 0 else {
            throw .last("epoll_ctl")
        }
    }
}
