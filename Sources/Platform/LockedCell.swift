internal import CLinux

/// A value and the lock that guards it, in memory that stays where it is: what ``Lock`` is made of, and what those
/// use who have many locks side by side.
///
/// The lock is the system's (`pthread_mutex_lock(3)`), and not `Synchronization.Mutex`, because the thread sanitizer
/// sees it: what is done under a lock that it cannot see looks like a race, and real races hide behind the
/// suppressions that this asks for.
@safe
public struct LockedCell<Value: ~Copyable>: ~Copyable {
    @usableFromInline var mutex = SystemMutex()
    @usableFromInline var value: Value
    // Keeps the neighbour's lock off the last cache line of this value.
    private let padding = InlineArray<8, UInt64>(repeating: 0)

    /// A cell with its first value.
    public init(_ value: consuming sending Value) {
        self.value = value
    }

    /// Calls `body` with the value, which nobody else touches meanwhile. `cell` must not move as long as it is used.
    @inlinable
    @inline(__always)
    public static func withLock<Result, E: Error>(
        _ cell: UnsafeMutablePointer<Self>, _ body: (inout Value) throws(E) -> sending Result
    ) throws(E) -> sending Result {
        unsafe cell.pointee.mutex.acquire()
        defer { unsafe cell.pointee.mutex.release() }
        return unsafe try body(&cell.pointee.value)
    }
}

/// The system's mutex, in memory that stays where it is.
@usableFromInline
@safe
struct SystemMutex: ~Copyable {
    private var mutex = unsafe pthread_mutex_t()

    @usableFromInline
    mutating func acquire() { unsafe pthread_mutex_lock(&mutex) }

    @usableFromInline
    mutating func release() { unsafe pthread_mutex_unlock(&mutex) }
}
