/// A value that one thread at a time may touch.
///
/// The lock is the system's, and not `Synchronization.Mutex`, because the thread sanitizer sees it: what is done under a
/// lock that it cannot see looks like a race, and real races hide behind the suppressions that this asks for.
@safe
public struct Lock<Value: ~Copyable>: ~Copyable, Sendable {
    // Written once, here; what changes in it is guarded.
    @usableFromInline let mutex = SystemMutex()
    @usableFromInline nonisolated(unsafe) let value: UnsafeMutablePointer<Value>

    /// A lock with the first value that it guards.
    public init(_ value: consuming sending Value) {
        unsafe self.value = .allocate(capacity: 1)
        unsafe self.value.initialize(to: value)
    }

    deinit {
        unsafe value.deinitialize(count: 1)
        unsafe value.deallocate()
    }

    /// Calls `body` with the value, which nobody else touches meanwhile.
    @inlinable
    @inline(__always)
    public borrowing func withLock<Result, E: Error>(
        _ body: (inout Value) throws(E) -> sending Result
    ) throws(E) -> sending Result {
        mutex.acquire()
        defer { mutex.release() }
        return unsafe try body(&value.pointee)
    }
}
