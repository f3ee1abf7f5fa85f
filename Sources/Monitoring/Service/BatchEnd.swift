internal import Platform
internal import Runtime

/// Calls back once at the end of the loop's batch, however often it was asked to.
final class BatchEnd: EventHandler {
    private let loop: EventLoop
    private let callback: () -> Void
    private var isRequested = false

    /// Attached to the loop until `stop`.
    init(of loop: EventLoop, _ callback: @escaping () -> Void) {
        self.loop = loop
        self.callback = callback
        super.init()
        loop.attach(self)
    }

    /// Asks for a call.
    func request() {
        guard !isRequested else { return }
        isRequested = true
        loop.revisit(self)
    }

    /// Asks no more.
    func stop() {
        loop.detach(self)
    }

    override func ready(_ readiness: Readiness) {
        isRequested = false
        callback()
    }
}
