internal import Monitoring
internal import Platform
internal import Runtime

/// What exchanges learn of the instances, gathered in their pools and handed to the control thread: failures at once,
/// good news in time.
final class PassiveReports: EventHandler {
    /// How long good news may wait.
    private static let patience = Duration.milliseconds(500)

    private let loop: EventLoop
    private let control: Mailbox<ControlMessage>
    /// The pools that have something to report.
    private var waiting: [UpstreamPool] = []

    init(loop: EventLoop, control: Mailbox<ControlMessage>) {
        self.loop = loop
        self.control = control
        super.init()
        loop.attach(self)
    }

    /// The head of an answer has come, with that status; 502 stands for one that can't be understood.
    func noteAnswer(_ pool: UpstreamPool, status: UInt16) {
        gather(pool)
        pool.report.noteAnswer(status: Int(status))
    }

    /// A fresh connection broke before an answer, or none came in time.
    func noteReset(_ pool: UpstreamPool) {
        gather(pool)
        pool.report.noteReset()
        handOver()
    }

    /// A connection could not be made, and it was not our fault.
    func noteConnectFailure(_ pool: UpstreamPool) {
        gather(pool)
        pool.report.noteConnectFailure()
        handOver()
    }

    /// Leaves the loop.
    func close() {
        waiting.removeAll()
        loop.detach(self)
    }

    override func timerFired() {
        handOver()
    }

    private func gather(_ pool: UpstreamPool) {
        guard pool.report.isEmpty else { return }
        if waiting.isEmpty { loop.setTimer(self, at: loop.now + Self.patience) }
        waiting.append(pool)
    }

    private func handOver() {
        loop.clearTimer(self)
        for pool in waiting {
            // A full box loses a report: the probes will tell.
            control.post(.passive(pool.report))
            pool.report.clear()
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
