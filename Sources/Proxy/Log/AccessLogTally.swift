internal import Platform
internal import Synchronization

/// What becomes of the pieces of the access log and of its thread, told by all threads that have to do with it.
final class AccessLogTally: Sendable {
    private let waiting = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)
    private let isOver = Atomic<Bool>(false)
    private let ended: Wakeup

    init() throws(SystemError) {
        ended = try Wakeup()
    }

    /// How many pieces will never be written, because the disk is too slow, full or gone.
    var lostPieces: Int { lost.load(ordering: .relaxed) }
    /// Whether what waits is lost, too.
    var hasGivenUp: Bool { isOver.load(ordering: .relaxed) }

    func noteWaiting() { waiting.wrappingAdd(1, ordering: .relaxed) }
    func noteLost() { lost.wrappingAdd(1, ordering: .relaxed) }

    /// A piece that waited was written, or could not be.
    func noteDone(isWritten: Bool) {
        waiting.wrappingSubtract(1, ordering: .relaxed)
        if !isWritten { noteLost() }
    }

    /// The thread of the log is at its end.
    func noteEnd() { ended.ring() }

    /// Waits until the thread of the log is at its end; false if it takes too long.
    func waitForEnd(upTo patience: Duration) -> Bool { ended.wait(upTo: patience) }

    /// Nobody waits for the disk any longer: what was not written by now is lost.
    func giveUp() {
        isOver.store(true, ordering: .relaxed)
        lost.wrappingAdd(waiting.load(ordering: .relaxed), ordering: .relaxed)
    }
}
