internal import Platform

/// What the machine of an instance knows of the process that a node manager answers for.
struct Supervision: Sendable {
    /// Whether the instance speaks for itself, and no manager for it.
    let isOwnWord: Bool
    /// Whether the manager is heard.
    var isHeard = false
    /// Whether there is a process.
    var hasProcess = false
    /// Whether it is its own watchdog that was silent.
    var isSilent = false
    /// Which start of the process the manager told of last.
    var run: UInt64?
    /// Until when failing probes are no news, since the process starts; nil: never.
    var startDeadline: MonotonicTime?
    /// When a probe failed for the first time before the manager had said anything.
    private var firstFailure: MonotonicTime?

    init(isOwnWord: Bool = false) {
        self.isOwnWord = isOwnWord
        // Until it has said something the probes decide alone.
        isHeard = isOwnWord
        hasProcess = isOwnWord
    }

    /// Whether probes may make the instance running.
    var mayRun: Bool { isHeard && hasProcess }

    /// Whether a probe that has failed is no news. Before the manager's first word, for which it has a while, the process is
    /// about to be started by it.
    mutating func isPatient(at now: MonotonicTime) -> Bool {
        if run == nil, !isOwnWord {
            let since = firstFailure ?? now
            firstFailure = since
            return now < since + MonitoringLimits.firstWordPatience
        }
        guard let startDeadline else { return !hasProcess && isHeard }
        return now < startDeadline
    }
}
