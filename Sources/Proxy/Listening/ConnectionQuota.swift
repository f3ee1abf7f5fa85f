internal import Platform
internal import Synchronization

/// How many connections a listener has, in all and by source, over all workers.
final class ConnectionQuota: Sendable {
    private let limit: Atomic<Int>
    private let limitPerSource: Atomic<Int>
    private let total = Atomic<Int>(0)
    private let sources = Lock<[IPAddress: Int]>([:])

    /// `limit` connections in all; `limitPerSource` for each IP address, 0 for no such limit.
    init(limit: Int, limitPerSource: Int) {
        self.limit = Atomic(limit)
        self.limitPerSource = Atomic(limitPerSource)
    }

    /// Takes over other limits; connections that are there stay.
    func apply(limit: Int, limitPerSource: Int) {
        self.limit.store(limit, ordering: .relaxed)
        self.limitPerSource.store(limitPerSource, ordering: .relaxed)
    }

    /// Counts a connection; false if the limit forbids it.
    func enter() -> Bool {
        guard total.wrappingAdd(1, ordering: .relaxed).newValue <= limit.load(ordering: .relaxed) else {
            total.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// Counts a connection for its source; false if the limit for each source forbids it.
    func enter(from source: IPAddress?) -> Bool {
        let limitPerSource = limitPerSource.load(ordering: .relaxed)
        guard let source else { return true }
        // Counted even without a limit: a reload may bring one.
        return sources.withLock { sources in
            let count = sources[source, default: 0]
            guard limitPerSource == 0 || count < limitPerSource else { return false }
            sources[source] = count + 1
            return true
        }
    }

    /// Takes a connection off the count.
    func leave() {
        total.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Takes a connection off the count of its source.
    func leave(from source: IPAddress?) {
        guard let source else { return }
        sources.withLock { sources in
            let count = sources[source, default: 0]
            sources[source] = count > 1 ? count - 1 : nil
        }
    }
}
