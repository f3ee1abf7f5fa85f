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

    init(isOwnWord: Bool = false) {
        self.isOwnWord = isOwnWord
        // Until it has said something the probes decide alone.
        isHeard = isOwnWord
        hasProcess = isOwnWord
    }

    /// Whether probes may make the instance running.
    var mayRun: Bool { isHeard && hasProcess }

    /// Whether failing probes are no news.
    func isPatient(at now: MonotonicTime) -> Bool {
        guard let startDeadline else { return !hasProcess && isHeard }
        return now < startDeadline
    }
}
