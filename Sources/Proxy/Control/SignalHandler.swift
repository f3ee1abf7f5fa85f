internal import Platform
internal import Runtime

/// Brings signals to the control thread's loop.
final class SignalHandler: EventHandler {
    private let source: SignalSource
    private let receive: (SignalSource.Signal) -> Void

    init(
        _ source: consuming SignalSource, loop: EventLoop, _ receive: @escaping (SignalSource.Signal) -> Void
    ) throws(SystemError) {
        self.source = source
        self.receive = receive
        super.init()
        try loop.attachLevelTriggered(self, descriptor: self.source.number)
    }

    override func ready(_ readiness: Readiness) {
        while let signal = source.next() { receive(signal) }
    }
}
