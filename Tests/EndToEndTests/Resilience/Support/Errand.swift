internal import Platform
internal import Synchronization
internal import TestSupport

/// Work that a thread of its own does.
final class Errand<Outcome: Sendable>: Sendable {
    private let outcome = Lock<Result<Outcome, any Error>?>(nil)
    private let hasEnded = Atomic(false)
    private let thread = Lock<WorkerThread?>(nil)

    init(_ work: @escaping @Sendable () throws -> Outcome) throws {
        let started = try WorkerThread(name: "errand") { [self] in
            let result = Result { try work() }
            outcome.withLock { $0 = result }
            hasEnded.store(true, ordering: .releasing)
        }
        thread.withLock { $0 = started }
    }

    /// Whether it is done.
    var isOver: Bool { hasEnded.load(ordering: .acquiring) }

    /// What it came to; waits for it.
    func result() throws -> Outcome {
        thread.withLock { $0 }?.join()
        guard let result = outcome.withLock({ $0 }) else {
            throw HarnessError.timeout(waitingFor: "an errand", seen: "nothing")
        }
        return try result.get()
    }
}
