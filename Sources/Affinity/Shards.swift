internal import Synchronization

/// A power of two of states, each under a lock of its own and on cache lines of its own.
///
/// Mutexes can stand neither in an array nor in an inline array of a count that is known only at run time,
/// and an array of objects would cost a reference count at each use: so they stand in memory that belongs
/// to this type.
@safe
struct Shards<State: ~Copyable>: ~Copyable, Sendable {
    private struct Shard: ~Copyable {
        let mutex: Mutex<State>
        // Keeps the next shard's lock off the last cache line of this state.
        let padding = InlineArray<8, UInt64>(repeating: 0)

        init(_ state: consuming sending State) {
            mutex = Mutex(state)
        }
    }

    // The memory is written once, here; what changes in it lies behind the mutexes.
    private nonisolated(unsafe) let shards: UnsafeMutablePointer<Shard>

    /// How many shards there are.
    let count: Int

    /// Shards of at least the given count, each with a state of its own.
    init(atLeast wanted: Int, _ makeState: () -> sending State) {
        var count = 1
        while count < wanted { count *= 2 }
        self.count = count
        unsafe shards = .allocate(capacity: count)
        for index in 0..<count {
            unsafe (shards + index).initialize(to: Shard(makeState()))
        }
    }

    deinit {
        unsafe shards.deinitialize(count: count)
        unsafe shards.deallocate()
    }

    /// Calls `body` with the state that belongs to `bits`, under its lock. Only the lowest bits count.
    @inline(__always)
    func withShard<Result, E: Error>(
        of bits: UInt64, _ body: (inout sending State) throws(E) -> sending Result
    ) throws(E) -> sending Result {
        let index = Int(truncatingIfNeeded: bits & UInt64(truncatingIfNeeded: count &- 1))
        return unsafe try shards[index].mutex.withLock(body)
    }
}
