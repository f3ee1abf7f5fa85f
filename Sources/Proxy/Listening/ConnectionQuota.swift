internal import Platform
internal import Synchronization

/// How many connections a listener has, in all and by source, over all workers.
final class ConnectionQuota: Sendable {
    private let limit: Int
    private let limitPerSource: Int
    private let total = Atomic<Int>(0)
    private let sources = Mutex<[IPAddress: Int]>([:])

    /// `limit` connections in all; `limitPerSource` for each IP address, 0 for no such limit.
    init(limit: Int, limitPerSource: Int) {
        self.limit = limit
        self.limitPerSource = limitPerSource
    }

    /// Counts a connection from `source`; false if a limit forbids it.
    func enter(_ source: IPAddress?) -> Bool {
        guard total.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            total.wrappingSubtract(1, ordering: .relaxed)
            return false
        }
        guard limitPerSource > 0, let source else { return true }
        let isAllowed = sources.withLock { sources in
            let count = sources[source, default: 0]
            guard count < limitPerSource else { return false }
            sources[source] = count + 1
            return true
        }
        if !isAllowed { total.wrappingSubtract(1, ordering: .relaxed) }
        return isAllowed
    }

    /// Takes a connection off the count.
    func leave(_ source: IPAddress?) {
        total.wrappingSubtract(1, ordering: .relaxed)
        guard limitPerSource > 0, let source else { return }
        sources.withLock { sources in
            let count = sources[source, default: 0]
            sources[source] = count > 1 ? count - 1 : nil
        }
    }
}
