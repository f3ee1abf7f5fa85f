internal import Platform
internal import Runtime

/// Calls when a descriptor has something to read, level-triggered.
final class ReadableHandler: EventHandler {
    /// What there is to do after a turn.
    enum Rest {
        /// Nothing before the descriptor says so.
        case none
        /// More, of which the descriptor will say nothing.
        case more
        /// More, for which there is no room now: it would only be called again and again.
        case later
    }

    private let descriptor: Int32
    private let loop: EventLoop
    private let work: () -> Rest

    init(_ descriptor: Int32, loop: EventLoop, _ work: @escaping () -> Rest) throws(SystemError) {
        self.descriptor = descriptor
        self.loop = loop
        self.work = work
        super.init()
        try loop.attachLevelTriggered(self, descriptor: descriptor)
    }

    override func ready(_ readiness: Readiness) {
        switch work() {
        case .none: break
        case .more: loop.revisit(self)
        case .later: pause()
        }
    }

    override func timerFired() {
        loop.detach(self)
        do {
            try loop.attachLevelTriggered(self, descriptor: descriptor)
        } catch {
            pause()
        }
    }

    private func pause() {
        loop.detach(self)
        loop.attach(self)
        loop.setTimer(self, at: loop.now + NodeLimits.pause)
    }
}
