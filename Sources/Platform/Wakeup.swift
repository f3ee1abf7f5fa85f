internal import CLinux

/// A bell between threads (eventfd(2)): any thread rings, the owner's poller hears.
public struct Wakeup: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// A silent bell.
    public init() throws(SystemError) {
        let number = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard number >= 0 else { throw .last("eventfd") }
        descriptor = Descriptor(adopting: number)
    }

    /// What to register with a poller, for reading.
    public var number: Int32 { descriptor.number }

    /// Rings. Never blocks; ringing twice before it was heard is ringing once.
    public func ring() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor.number, &one, 8)
    }

    /// Waits until it has rung, but no longer than `patience`; false if it has not by then. For threads without a poller.
    public func wait(upTo patience: Duration) -> Bool {
        let end = MonotonicTime.now + patience
        while true {
            var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            let milliseconds = end.nanoseconds(since: .now) / 1_000_000
            let count = unsafe poll(&entry, 1, Int32(clamping: milliseconds))
            guard count < 0, limpet_errno() == EINTR else { return count > 0 }
        }
    }

    /// Silences the bell after it was heard.
    public func silence() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, 8)
    }
}
