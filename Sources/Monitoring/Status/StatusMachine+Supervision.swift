internal import Balancing
public import Platform
public import StatusFrames

extension StatusMachine {
    /// Whether a node manager answers for the process from now on.
    mutating func setSupervised(_ isSupervised: Bool) {
        guard isSupervised ? supervision?.isOwnWord != false : supervision != nil else { return }
        supervision = isSupervised ? Supervision() : nil
    }

    /// The node manager tells how the process is. Hearing the same twice changes nothing.
    @discardableResult
    public mutating func note(_ report: ServiceReport, at now: MonotonicTime) -> Bool {
        guard var known = supervision, !known.isOwnWord else { return false }
        let before = changeCount
        let wasHeard = known.isHeard
        known.isHeard = true
        let isNewRun = known.run != report.incarnation
        let hadProcess = known.hasProcess
        known.run = report.incarnation
        known.hasProcess = report.phase == .starting || report.phase == .ready
        // Who says when it is ready has until then; who does not, until it has once been reached.
        let isExpected = report.phase == .starting || !report.announcesReadiness
        if known.hasProcess, isExpected, isNewRun || known.startDeadline != nil {
            known.startDeadline = report.startDeadline
        } else if report.phase != .starting {
            known.startDeadline = nil
        }
        supervision = known
        switch report.phase {
        case .starting, .ready:
            if isNewRun || !hadProcess {
                note(.started(announcesReadiness: report.announcesReadiness), at: now)
            }
            if !wasHeard, !isNewRun { returnToStarting(at: now) }
            if report.phase == .ready { note(.ready, at: now) }
        case .restarting:
            if hadProcess || status != .starting { note(.restarting(report.reason), at: now) }
        case .ended: note(.exited(report.reason), at: now)
        case .watchdogSilent: note(.watchdogSilent, at: now)
        }
        return changeCount != before
    }

    /// The node manager has not been heard for a while: nobody knows how the process is.
    @discardableResult
    public mutating func noteSilence(at now: MonotonicTime) -> Bool {
        guard supervision?.isHeard == true, supervision?.isOwnWord == false else { return false }
        supervision?.isHeard = false
        supervision?.startDeadline = nil
        guard status == .running else { return false }
        change(to: .starting, .nodeManagerSilent, at: now)
        return true
    }

    /// The node manager has not been heard for too long.
    @discardableResult
    public mutating func noteLoss(at now: MonotonicTime) -> Bool {
        guard supervision?.isOwnWord == false, status != .notRunning else { return false }
        supervision?.isHeard = false
        supervision?.startDeadline = nil
        successes = 0
        change(to: .notRunning, .nodeManagerLost, at: now)
        return true
    }

    /// It is the same run of the same process as before the silence: what the probes have seen meanwhile counts.
    private mutating func returnToStarting(at now: MonotonicTime) {
        if status == .notRunning { change(to: .starting, .nodeManagerHeard, at: now) }
        if status == .starting { _ = rise(.nodeManagerHeard, at: now) }
    }
}
