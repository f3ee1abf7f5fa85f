internal import Platform

/// A power of two of states, each under a lock of its own.
///
/// Locks can't stand in an array, and an array of objects would cost a reference count at each use: so they stand in
/// memory that belongs to this type.
@safe
struct Shards<State: ~Copyable>: ~Copyable, Sendable {
    // The memory is written once, here; what changes in it lies behind the locks.
    private nonisolated(unsafe) let shards: UnsafeMutablePointer<Lock<State>>

    /// How many shards there are.
    let count: Int

    /// Shards of at least the given count, each with a state of its own.
    init(atLeast wanted: Int, _ makeState: () -> sending State) {
        var count = 1
        while count < wanted { count *= 2 }
        self.count = count
        unsafe shards = .allocate(capacity: count)
        for index in 0..<count {
            unsafe (shards + index).initialize(to: Lock(makeState()))
        }
    }

    deinit {
        unsafe shards.deinitialize(count: count)
        unsafe shards.deallocate()
    }

    /// Calls `body` with the state that belongs to `bits`, under its lock. Only the lowest bits count.
    @inline(__always)
    func withShard<Result, E: Error>(
        of bits: UInt64, _ body: (inout State) throws(E) -> sending Result
    ) throws(E) -> sending Result {
        let index = Int(truncatingIfNeeded: bits & UInt64(truncatingIfNeeded: count &- 1))
        return unsafe try shards[index].withLock(body)
    }
}
