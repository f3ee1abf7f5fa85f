/// A value that one thread at a time may touch.
@safe
public struct Lock<Value: ~Copyable>: ~Copyable, Sendable {
    // Written once, here; what changes in it is guarded by its own lock.
    @usableFromInline nonisolated(unsafe) let cell: UnsafeMutablePointer<LockedCell<Value>>

    /// A lock with the first value that it guards.
    public init(_ value: consuming sending Value) {
        unsafe cell = .allocate(capacity: 1)
        unsafe cell.initialize(to: LockedCell(value))
    }

    deinit {
        unsafe cell.deinitialize(count: 1)
        unsafe cell.deallocate()
    }

    /// Calls `body` with the value, which nobody else touches meanwhile.
    @inlinable
    public borrowing func withLock<Result, E: Error>(
        _ body: (inout Value) throws(E) -> sending Result
    ) throws(E) -> sending Result {
        unsafe try LockedCell.withLock(cell, body)
    }
}
