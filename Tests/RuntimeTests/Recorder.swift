import Platform
import Runtime

/// A handler that counts what it hears, and does what the test says.
final class Recorder: EventHandler {
    private(set) var readinesses: [Readiness] = []
    private(set) var firings = 0
    var onReady: (() -> Void)?
    var onTimer: (() -> Void)?

    override func ready(_ readiness: Readiness) {
        readinesses.append(readiness)
        onReady?()
    }

    override func timerFired() {
        firings += 1
        onTimer?()
    }
}

extension EventLoop {
    /// Runs batches until `condition` holds, for at most five seconds; returns whether it holds.
    func run(until condition: () -> Bool) throws -> Bool {
        let limit = MonotonicTime.now + .seconds(5)
        let guardian = EventHandler()
        attach(guardian)
        setTimer(guardian, at: limit)
        defer { detach(guardian) }
        while !condition(), MonotonicTime.now < limit { try runOnce(waiting: true) }
        return condition()
    }
}
