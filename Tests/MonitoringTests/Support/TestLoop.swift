import Monitoring
import Platform
import Runtime
import Testing

/// A loop that a test turns by hand, with a limit of time: nothing sleeps, nothing hangs.
final class TestLoop {
    let loop: EventLoop
    private let alarm = Alarm()

    init() throws {
        loop = try EventLoop()
        loop.attach(alarm)
    }

    deinit {
        // What was detached last is let go of at the end of a batch.
        try? loop.runOnce(waiting: false)
    }

    /// Turns the loop until `condition` holds; false if it does not within `limit`.
    func run(for limit: Duration = .seconds(10), until condition: () -> Bool) throws -> Bool {
        let end = MonotonicTime.now + limit
        while !condition() {
            guard MonotonicTime.now < end else { return false }
            loop.setTimer(alarm, at: end)
            try loop.runOnce(waiting: true)
        }
        return true
    }

    /// Turns the loop for that long.
    func run(for length: Duration) throws {
        _ = try run(for: length, until: { false })
    }

    /// Handlers that are attached, but for the loop's own alarm.
    var handlerCount: Int { loop.handlerCount - 1 }

    private final class Alarm: EventHandler {}
}
