internal import Platform

/// Calls at once, and then again and again.
public final class IntervalTimer: EventHandler {
    private let loop: EventLoop
    private let interval: Duration
    private let work: () -> Void

    /// Attaches itself to `loop`; detach it there.
    public init(every interval: Duration, on loop: EventLoop, _ work: @escaping () -> Void) {
        self.loop = loop
        self.interval = interval
        self.work = work
        super.init()
        loop.attach(self)
        timerFired()
    }

    override public func timerFired() {
        work()
        if isAttached { loop.setTimer(self, at: loop.now + interval) }
    }
}
