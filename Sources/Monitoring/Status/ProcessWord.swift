public import StatusFrames

/// What a node manager says about the process of an instance.
public enum ProcessWord: Hashable, Sendable {
    /// A new process runs. If it announces its readiness itself, probes alone do not make it running.
    case started(announcesReadiness: Bool)
    /// The process says that it is ready (sd_notify(3), READY=1).
    case ready
    /// The process ends and a new one follows at once: who is pinned to it had better wait.
    case restarting(ServiceReason = .none)
    /// The process has ended.
    case exited(ServiceReason = .none)
    /// The process lives, but has not fed its watchdog in time.
    case watchdogSilent
}
