internal import Platform
internal import Runtime

/// Calls once a second.
final class Housekeeping: EventHandler {
    private static let interval = Duration.seconds(1)

    private let loop: EventLoop
    private let work: (MonotonicTime) -> Void

    init(loop: EventLoop, _ work: @escaping (MonotonicTime) -> Void) {
        self.loop = loop
        self.work = work
        super.init()
        loop.attach(self)
        loop.setTimer(self, at: loop.now + Self.interval)
    }

    override func timerFired() {
        work(loop.now)
        loop.setTimer(self, at: loop.now + Self.interval)
    }
}
