internal import Platform
internal import Runtime

/// Ends a drain that takes too long.
final class DrainTimer: EventHandler {
    private let loop: EventLoop
    private let action: () -> Void

    init(loop: EventLoop, after patience: Duration, _ action: @escaping () -> Void) {
        self.loop = loop
        self.action = action
        super.init()
        loop.attach(self)
        loop.setTimer(self, at: loop.now + patience)
    }

    override func timerFired() {
        action()
    }

    /// The drain has ended by itself.
    func cancel() {
        loop.detach(self)
    }
}
