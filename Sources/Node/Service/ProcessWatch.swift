internal import Platform
internal import Runtime

/// Waits for the end of a process that need not be our child.
final class ProcessWatch: EventHandler {
    let identifier: Int32
    private let descriptor: ProcessDescriptor
    private let loop: EventLoop
    private let ended: (ProcessWatch) -> Void

    /// Watches a process; `ended` is called once. A child of ours is better waited for by its parent: `hears` is false
    /// then, and the descriptor serves for signals alone.
    init(
        _ descriptor: consuming ProcessDescriptor, of identifier: Int32, hears: Bool, loop: EventLoop,
        ended: @escaping (ProcessWatch) -> Void
    ) throws(SystemError) {
        self.identifier = identifier
        self.descriptor = descriptor
        self.loop = loop
        self.ended = ended
        super.init()
        if hears { try loop.attachLevelTriggered(self, descriptor: self.descriptor.number) }
    }

    /// Sends a signal; nothing happens once the process has ended.
    func signal(_ number: Int32) {
        descriptor.signal(number)
    }

    /// How it has ended, as far as that can be known.
    var ending: ProcessEnding { descriptor.ending }

    /// Watches no longer.
    func stop() {
        loop.detach(self)
    }

    override func ready(_ readiness: Readiness) {
        loop.detach(self)
        ended(self)
    }
}
