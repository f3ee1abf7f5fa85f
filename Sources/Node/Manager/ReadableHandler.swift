internal import Platform
internal import Runtime

/// Calls when a descriptor has something to read, level-triggered.
final class ReadableHandler: EventHandler {
    private let work: () -> Void

    init(_ descriptor: Int32, loop: EventLoop, _ work: @escaping () -> Void) throws(SystemError) {
        self.work = work
        super.init()
        try loop.attachLevelTriggered(self, descriptor: descriptor)
    }

    override func ready(_ readiness: Readiness) {
        work()
    }
}
