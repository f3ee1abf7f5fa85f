internal import Affinity
internal import Monitoring
internal import Platform
internal import Runtime

/// What exchanges learn of the instances, gathered and handed to the control thread: failures at once, good news in time.
final class PassiveReports: EventHandler {
    /// How long good news may wait.
    private static let patience = Duration.milliseconds(500)

    private let loop: EventLoop
    private let control: Mailbox<ControlMessage>
    private var reports: [InstanceKey: PassiveReport] = [:]
    private var isWaiting = false

    init(loop: EventLoop, control: Mailbox<ControlMessage>) {
        self.loop = loop
        self.control = control
        super.init()
        loop.attach(self)
    }

    /// The head of an answer has come, with that status; 502 stands for one that can't be understood.
    func noteAnswer(_ instance: InstanceKey, status: UInt16) {
        reports[instance, default: PassiveReport(instance: instance)].noteAnswer(status: Int(status))
        schedule()
    }

    /// A fresh connection broke before an answer, or none came in time.
    func noteReset(_ instance: InstanceKey) {
        reports[instance, default: PassiveReport(instance: instance)].noteReset()
        handOver()
    }

    /// A connection could not be made, and it was not our fault.
    func noteConnectFailure(_ instance: InstanceKey) {
        reports[instance, default: PassiveReport(instance: instance)].noteConnectFailure()
        handOver()
    }

    /// Leaves the loop.
    func close() {
        loop.detach(self)
    }

    override func timerFired() {
        handOver()
    }

    private func schedule() {
        guard !isWaiting else { return }
        isWaiting = true
        loop.setTimer(self, at: loop.now + Self.patience)
    }

    private func handOver() {
        isWaiting = false
        loop.clearTimer(self)
        for report in reports.values where !report.isEmpty {
            // A full box loses a report: the probes will tell.
            control.post(.passive(report))
        }
        reports.removeAll(keepingCapacity: true)
    }
}
