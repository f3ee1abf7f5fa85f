internal import Platform
internal import Runtime

/// Calls back once at the end of the loop's batch, however often it was asked to, and every `interval`.
final class TurnEnd: EventHandler {
    private let loop: EventLoop
    private let interval: Duration
    private let atEnd: () -> Void
    private let periodically: () -> Void
    private var isRequested = false

    init(
        of loop: EventLoop, every interval: Duration, atEnd: @escaping () -> Void,
        periodically: @escaping () -> Void
    ) {
        self.loop = loop
        self.interval = interval
        self.atEnd = atEnd
        self.periodically = periodically
        super.init()
        loop.attach(self)
        loop.setTimer(self, at: loop.now + interval)
    }

    /// Asks for a call at the end of the batch.
    func request() {
        guard !isRequested else { return }
        isRequested = true
        loop.revisit(self)
    }

    override func ready(_ readiness: Readiness) {
        isRequested = false
        atEnd()
    }

    override func timerFired() {
        periodically()
        loop.setTimer(self, at: loop.now + interval)
    }
}
