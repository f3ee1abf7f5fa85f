internal import Monitoring
internal import Platform
internal import Runtime
internal import TLS

/// What exchanges learn of the instances, gathered for each instance and handed to the control thread: failures at once,
/// good news in time.
final class PassiveReports: EventHandler {
    /// How long good news may wait.
    private static let patience = Duration.milliseconds(500)

    private let loop: EventLoop
    private let control: Mailbox<ControlMessage>
    /// Those that are not empty.
    private var waiting: [InstanceReport] = []

    init(loop: EventLoop, control: Mailbox<ControlMessage>) {
        self.loop = loop
        self.control = control
        super.init()
        loop.attach(self)
    }

    /// The head of an answer has come, with that status; 502 stands for one that can't be understood.
    func noteAnswer(_ report: InstanceReport, status: UInt16) {
        gather(report)
        report.passive.noteAnswer(status: Int(status))
    }

    /// A fresh connection broke before an answer, or none came in time.
    func noteReset(_ report: InstanceReport) {
        gather(report)
        report.passive.noteReset()
        handOver()
    }

    /// A connection could not be made, and it was not our fault.
    func noteConnectFailure(_ report: InstanceReport) {
        gather(report)
        report.passive.noteConnectFailure()
        handOver()
    }

    /// There is a connection, but no TLS on it.
    func noteHandshakeFailure(_ report: InstanceReport, _ failure: TLSFailure) {
        guard failure.isVerdict else { return noteConnectFailure(report) }
        gather(report)
        report.passive.noteVerdict(failure)
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

    private func gather(_ report: InstanceReport) {
        guard report.passive.isEmpty else { return }
        if waiting.isEmpty { loop.setTimer(self, at: loop.now + Self.patience) }
        waiting.append(report)
    }

    private func handOver() {
        loop.clearTimer(self)
        for report in waiting {
            // A full box loses a report: the probes will tell.
            control.post(.passive(report.passive))
            report.passive.clear()
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
