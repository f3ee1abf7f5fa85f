internal import Foundation
internal import Platform

/// State that several threads share, and whose changes can be waited for.
final class Watched<State: Sendable>: Sendable {
    private let condition = NSCondition()
    private let state: Lock<State>

    init(_ initial: State) {
        state = Lock(initial)
    }

    /// A copy of the state as it is now.
    var value: State {
        state.withLock { $0 }
    }

    /// Changes the state and wakes those who wait.
    @discardableResult
    func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        let result = state.withLock { value in body(&value) }
        condition.broadcast()
        return result
    }

    /// Waits until `answer` finds something in the state; nil when the deadline came first.
    func wait<Answer>(until deadline: Deadline, for answer: (State) -> Answer?) -> Answer? {
        condition.lock()
        defer { condition.unlock() }
        while true {
            let snapshot = value
            if let found = answer(snapshot) { return found }
            let left = deadline.remaining / .seconds(1)
            guard left > 0 else { return nil }
            _ = condition.wait(until: Date(timeIntervalSinceNow: left))
        }
    }
}
