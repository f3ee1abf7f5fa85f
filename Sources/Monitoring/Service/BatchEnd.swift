internal import Platform
internal import Runtime

/// Calls back once in the loop's next batch, however often it was asked to in this one.
final class BatchEnd: EventHandler {
    private let wakeup: Wakeup
    private let loop: EventLoop
    private let callback: () -> Void

    /// Attached to the loop until `stop`.
    init(of loop: EventLoop, _ callback: @escaping () -> Void) throws(SystemError) {
        wakeup = try Wakeup()
        self.loop = loop
        self.callback = callback
        super.init()
        try loop.attachLevelTriggered(self, descriptor: wakeup.number)
    }

    /// Asks for a call.
    func request() {
        wakeup.ring()
    }

    /// Asks no more.
    func stop() {
        loop.detach(self)
    }

    override func ready(_ readiness: Readiness) {
        wakeup.silence()
        callback()
    }
}
