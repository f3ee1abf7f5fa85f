public import Balancing
public import Platform

/// Derives the working status of one instance from what its probes, the traffic and its process tell.
///
/// ```
///              rise successes (and its word, where it gives one)
///   starting ───────────────────────────────────────────────────▶ running
///     ▲   │                                                          │
///     │   │ fall failures                   fall failures, or sooner │
///     │   ▼                                       by passive signals │
///    notRunning ◀────────────────────────────────────────────────────┘
/// ```
/// What has not been heard of is `starting`. The way back from `notRunning` leads through `starting` too, from the
/// first success on: a pinned request waits for a `starting` owner, so the clients of a restarted
/// service wait for the rest of its `rise` successes instead of losing it just then. Each such return is a new
/// incarnation. With a `rise` of one both steps are taken, and recorded, at once.
///
/// A pure value: time comes in, nothing goes out but the return value, which says whether the status changed.
public struct StatusMachine: Sendable {
    /// The working status.
    public private(set) var status = WorkingStatus.starting
    /// Which run of the instance this is, from 1; it grows when the instance has come back.
    public private(set) var incarnation: UInt64
    /// Since when it has been running: slow start counts from here. Nil unless it is running.
    public private(set) var runningSince: MonotonicTime?
    /// The last changes, oldest first; at most `MonitoringLimits.transitions`.
    public private(set) var history: [StatusTransition] = []
    /// How many changes there have been.
    public private(set) var changeCount = 0
    /// The thresholds. New ones hold from the next event on.
    public var settings: StatusSettings {
        didSet {
            if settings.window != oldValue.window { window = PassiveWindow(length: settings.window) }
        }
    }

    var successes = 0
    private var failures = 0
    private(set) var awaitsReadiness = false
    private var expectsStart = true
    /// What is known of the process where a node manager answers for it; nil where none does.
    var supervision: Supervision?
    private var failuresInRow: UInt64 = 0
    /// When the first of them was told of.
    private var failingSince: MonotonicTime?
    private var window: PassiveWindow
    /// How often in a row requests alone have taken the instance out of service.
    private var ejections = 0
    private var quarantineEnd: MonotonicTime?

    /// An instance that has not been heard of. `incarnation` goes on counting where one at another address ended.
    ///
    /// `isSupervised`: a node manager starts it and says how it is; without its word no probe makes it running.
    public init(settings: StatusSettings, incarnation: UInt64 = 1, isSupervised: Bool = false) {
        self.settings = settings
        self.incarnation = incarnation
        supervision = isSupervised ? Supervision() : nil
        window = PassiveWindow(length: settings.window)
    }

    /// Whether the next probe should follow sooner than usual: the instance is on its way to running.
    public var isRising: Bool { status == .starting && successes > 0 }

    // MARK: Probes

    /// A probe came out as expected.
    @discardableResult
    public mutating func probeSucceeded(at now: MonotonicTime) -> Bool {
        failures = 0
        failuresInRow = 0
        failingSince = nil
        switch status {
        case .running:
            return false
        case .notRunning:
            // Who answers there is a stranger, or a process that nobody answers for.
            if let supervision, !supervision.mayRun { return false }
            if let quarantineEnd, now < quarantineEnd { return false }
            quarantineEnd = nil
            successes = 1
            begin(.probeSucceeded, at: now)
            _ = rise(.probeSucceeded, at: now)
            return true
        case .starting:
            successes += 1
            return rise(.probeSucceeded, at: now)
        }
    }

    /// A probe did not come out as expected.
    @discardableResult
    public mutating func probeFailed(_ failure: ProbeFailure, at now: MonotonicTime) -> Bool {
        fail(.probeFailed(failure), at: now)
    }

    /// It was time for a probe, but the instance's name has never led to an address.
    @discardableResult
    public mutating func nameUnresolved(at now: MonotonicTime) -> Bool {
        fail(.nameUnresolved, at: now)
    }

    /// The instance has moved: what is at the new address has not been heard of.
    @discardableResult
    public mutating func addressChanged(at now: MonotonicTime) -> Bool {
        restart(.addressChanged, at: now)
    }

    // MARK: Traffic

    /// A worker reports. Only a running instance can be harmed by it: on the way up the probes decide.
    ///
    /// `hasRunningPeer`: another instance of the service is running. Without one, a share of errors changes nothing,
    /// for bad answers are better than none.
    @discardableResult
    public mutating func note(_ report: PassiveReport, hasRunningPeer: Bool, at now: MonotonicTime) -> Bool {
        guard status == .running else { return false }
        if let verdict = report.verdict {
            eject(.untrusted(verdict), at: now)
            return true
        }
        window.add(report, at: now)
        failuresInRow = UInt64(report.failuresInRow) + (report.answers > 0 ? 0 : failuresInRow)
        if failuresInRow == 0 {
            failingSince = nil
        } else if report.answers > 0 || failingSince == nil {
            failingSince = now
        }
        if settings.connectFailures > 0, failuresInRow >= UInt64(settings.connectFailures),
            !awaitsManager(at: now)
        {
            end(report.resets > report.connectFailures ? .resets : .connectFailures, at: now)
            return true
        }
        guard hasRunningPeer, errorShareIsExceeded(at: now) else { return false }
        eject(.errorShare, at: now)
        return true
    }

    /// Whether the failures are so fresh that their cause may be the end of the process, of which its node manager is about
    /// to tell, and that it starts it again.
    private func awaitsManager(at now: MonotonicTime) -> Bool {
        guard let supervision, supervision.isHeard, !supervision.isOwnWord, let failingSince else {
            return false
        }
        return now < failingSince + MonitoringLimits.managerPatience
    }

    private func errorShareIsExceeded(at now: MonotonicTime) -> Bool {
        guard settings.errorShare > 0 else { return false }
        let sums = window.sums(at: now)
        return sums.samples >= UInt64(settings.minimum)
            && sums.failures * 100 >= sums.samples * UInt64(settings.errorShare)
    }

    /// Out of service for what requests have found. Its probes may succeed all the while, so it stays away for a window at least, and
    /// twice as long each time that it relapses within ten windows of its return.
    private mutating func eject(_ cause: StatusCause, at now: MonotonicTime) {
        let length = settings.window.clampedNanoseconds
        if let runningSince, now - runningSince > settings.window * 10 { ejections = 0 }
        let away = length.multipliedReportingOverflow(by: 1 << UInt64(min(ejections, 16)))
        let longest = MonitoringLimits.longestQuarantine.clampedNanoseconds
        ejections += 1
        end(cause, at: now)
        quarantineEnd = now.advanced(byNanoseconds: away.overflow ? longest : min(away.partialValue, longest))
    }

    // MARK: The process

    /// The node manager tells something about the process.
    @discardableResult
    public mutating func note(_ word: ProcessWord, at now: MonotonicTime) -> Bool {
        switch word {
        case .started(let announcesReadiness):
            awaitsReadiness = announcesReadiness
            // The start that was expected begins no other incarnation than the one it was expected for.
            let isNews = status != .starting || !expectsStart
            expectsStart = false
            successes = 0
            failures = 0
            return isNews && restart(.processStarted, at: now)
        case .ready:
            awaitsReadiness = false
            return status == .starting && rise(.processReady, at: now)
        case .restarting(let reason):
            let changes = restart(.processRestarting(reason), at: now)
            expectsStart = true
            return changes
        case .exited(let reason):
            return stop(.processExited(reason), at: now)
        case .watchdogSilent:
            return stop(.watchdogSilent, at: now)
        }
    }

    private mutating func stop(_ cause: StatusCause, at now: MonotonicTime) -> Bool {
        expectsStart = true
        awaitsReadiness = false
        guard status != .notRunning else { return false }
        end(cause, at: now)
        return true
    }

    // MARK: Transitions

    private mutating func fail(_ cause: StatusCause, at now: MonotonicTime) -> Bool {
        successes = 0
        // It starts, and its node manager sees to it that this does not take for ever.
        if status == .starting, supervision?.isPatient(at: now) == true { return false }
        guard status != .notRunning else {
            // It is down indeed: what comes back is another run, which begins with a clean record.
            quarantineEnd = nil
            ejections = 0
            return false
        }
        failures += 1
        guard failures >= settings.fall else { return false }
        end(cause, at: now)
        return true
    }

    /// From any status to the `starting` of a new incarnation.
    private mutating func restart(_ cause: StatusCause, at now: MonotonicTime) -> Bool {
        quarantineEnd = nil
        ejections = 0
        successes = 0
        begin(cause, at: now)
        return true
    }

    private mutating func begin(_ cause: StatusCause, at now: MonotonicTime) {
        incarnation &+= 1
        failures = 0
        change(to: .starting, cause, at: now)
    }

    mutating func rise(_ cause: StatusCause, at now: MonotonicTime) -> Bool {
        guard successes >= settings.rise, !awaitsReadiness, supervision?.mayRun ?? true else { return false }
        supervision?.startDeadline = nil
        change(to: .running, cause, at: now)
        return true
    }

    private mutating func end(_ cause: StatusCause, at now: MonotonicTime) {
        successes = 0
        failures = 0
        change(to: .notRunning, cause, at: now)
    }

    mutating func change(to next: WorkingStatus, _ cause: StatusCause, at now: MonotonicTime) {
        let transition = StatusTransition(
            from: status, to: next, cause: cause, at: now, incarnation: incarnation)
        if history.count == MonitoringLimits.transitions { history.removeFirst() }
        history.append(transition)
        changeCount += 1
        status = next
        runningSince = next == .running ? now : nil
        failuresInRow = 0
        failingSince = nil
        window.clear()
    }
}
