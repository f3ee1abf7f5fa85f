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

    /// Silences the bell after it was heard.
    public func silence() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, 8)
    }
}
