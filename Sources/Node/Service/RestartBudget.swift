internal import Platform

/// How long a service waits before it is started again: longer each time, and for a rest after too many starts.
struct RestartBudget: Sendable {
    /// A delay, and whether it is the rest after a burst.
    struct Pause: Hashable, Sendable {
        var length: Duration
        var isRest: Bool
    }

    private var starts: [MonotonicTime] = []
    private var failures = 0

    /// Takes note of a start.
    mutating func noteStart(at now: MonotonicTime, _ settings: ServiceSettings) {
        starts.append(now)
        if starts.count > settings.burst { starts.removeFirst(starts.count - settings.burst) }
    }

    /// The pause after a process that ran, ready, for `uptime`; nil if it never became ready.
    mutating func pause(
        afterUptime uptime: Duration?, at now: MonotonicTime, _ settings: ServiceSettings
    ) -> Pause {
        if let uptime, uptime >= settings.window { failures = 0 }
        failures += 1
        if starts.count >= settings.burst, let first = starts.first, now - first < settings.window {
            clear()
            return Pause(length: settings.rest, isRest: true)
        }
        let doubled = settings.delay * (1 << min(failures - 1, 20))
        return Pause(length: min(doubled, settings.longestDelay), isRest: false)
    }

    /// Forgets all: an operator has had a look.
    mutating func clear() {
        starts = []
        failures = 0
    }
}
