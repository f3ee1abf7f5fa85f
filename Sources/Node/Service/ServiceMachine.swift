internal import Configuration
internal import Platform
internal import StatusFrames

/// The life of one platform service, without a process, a clock or a socket: events come in with their time, actions go
/// out.
///
/// ```
///   off ──▶ waiting ──▶ starting ──▶ ready
///    ▲         ▲            │          │      stop, hang, timeout
///    │         │            └────┬─────┴───────▶ ending
///    │         │                 │ end              │ end
///    │         └───── pausing ◀──┴──────────────────┤
///    └──────────────────────────────────────────────┘
/// ```
struct ServiceMachine: Sendable {
    /// Where in its life the service is.
    enum State: Hashable, Sendable {
        /// Nobody wants it, or it has ended for good.
        case off
        /// It is wanted, and waits for what it needs.
        case waiting
        /// Its process runs, and is not ready yet.
        case starting
        /// Its process runs, and is ready.
        case ready
        /// Its process has been told to end.
        case ending
        /// It waits to be started again.
        case pausing(until: MonotonicTime)
    }

    private(set) var state = State.off
    /// What listeners are to know.
    private(set) var report: ServiceReport
    /// When `timePassed` is due; nil for never.
    private(set) var deadline: MonotonicTime?
    var settings: ServiceSettings

    private var isWanted = false
    private var needsAreReady = false
    private var budget = RestartBudget()
    private var startedAt: MonotonicTime
    private var readySince: MonotonicTime?
    /// When it must have said READY or been done with a reload; nil while nothing is awaited.
    private var progressDeadline: MonotonicTime?
    private var isReloading = false
    private var watchdog: Duration
    private var watchdogDeadline: MonotonicTime?
    /// How many times in a row the watchdog began anew by itself.
    private var reprieves = 0
    /// When the next, harder step of a stop is due.
    private var killDeadline: MonotonicTime?
    /// No extension goes beyond it: what the service is doing has been put off long enough then.
    private var lastMoment: MonotonicTime?
    /// Why we have told the process to end; nil if we have not.
    private var endingReason: ServiceReason?
    private var isKilled = false

    /// A service that nobody wants yet. `incarnation` is that of its last start.
    init(identity: String, settings: ServiceSettings, incarnation: UInt64 = 0, now: MonotonicTime) {
        self.settings = settings
        report = ServiceReport(identity: identity, phase: .ended, since: now)
        report.incarnation = incarnation
        report.reason = .stopped
        startedAt = now
        watchdog = settings.watchdog
    }

    /// Whether there is a process.
    var hasProcess: Bool { state == .starting || state == .ready || state == .ending }

    /// Whether it is off, and will stay so.
    var isOff: Bool { state == .off }

    // MARK: Orders

    /// It shall run from now on.
    mutating func want(at now: MonotonicTime) -> [ServiceAction] {
        guard !isWanted else { return [] }
        isWanted = true
        // A process that is ending is followed by another one.
        guard state == .off else { return [] }
        return wait(at: now)
    }

    /// It shall not run any more.
    mutating func unwant(at now: MonotonicTime) -> [ServiceAction] {
        isWanted = false
        switch state {
        case .off: return []
        case .waiting, .pausing:
            state = .off
            deadline = nil
            return tell(.ended, .stopped, at: now)
        case .starting, .ready: return end(for: .stopped, settings.stopSignal, settings.grace, at: now)
        case .ending:
            endingReason = .stopped
            return []
        }
    }

    /// It shall start anew, as its settings have changed.
    mutating func replace(with settings: ServiceSettings, at now: MonotonicTime) -> [ServiceAction] {
        self.settings = settings
        budget.clear()
        switch state {
        case .starting, .ready: return end(for: .replaced, settings.stopSignal, settings.grace, at: now)
        case .pausing: return wait(at: now)
        case .off where isWanted: return wait(at: now)
        case .off, .waiting, .ending: return []
        }
    }

    /// Its settings have changed, but not in what its process is: that one goes on.
    mutating func adjust(to settings: ServiceSettings, at now: MonotonicTime) -> [ServiceAction] {
        guard hasProcess else { return replace(with: settings, at: now) }
        self.settings = settings
        report.announcesReadiness = settings.announcesReadiness
        guard state == .starting, !settings.announcesReadiness else { return [.report] }
        return becomeReady(at: now)
    }

    /// What it needs has become ready, or is so no more; that matters only before it starts.
    mutating func needsAreReady(_ areReady: Bool, at now: MonotonicTime) -> [ServiceAction] {
        needsAreReady = areReady
        guard state == .waiting, areReady else { return [] }
        return begin(at: now)
    }

    // MARK: What becomes of the process

    /// The process asked for by `start` runs.
    mutating func started(_ process: Int32, at now: MonotonicTime) -> [ServiceAction] {
        report.process = process
        report.text = ""
        startedAt = now
        return run(isReady: !settings.announcesReadiness, at: now)
    }

    /// There is a process of an earlier node manager.
    mutating func adopted(_ process: Int32, isReady: Bool, at now: MonotonicTime) -> [ServiceAction] {
        isWanted = true
        needsAreReady = true
        report.process = process
        startedAt = now
        return run(isReady: isReady || !settings.announcesReadiness, at: now)
    }

    /// The process asked for by `start` could not be made.
    mutating func startFailed(_ reason: ServiceReason, at now: MonotonicTime) -> [ServiceAction] {
        guard state == .starting else { return [] }
        return pause(for: reason, afterUptime: nil, at: now)
    }

    /// The main process has become another one (MAINPID).
    mutating func moved(to process: Int32, at now: MonotonicTime) -> [ServiceAction] {
        guard hasProcess, report.process != process else { return [] }
        report.process = process
        return [.report]
    }

    /// The main process has ended.
    mutating func ended(_ ending: ProcessEnding, at now: MonotonicTime) -> [ServiceAction] {
        guard hasProcess else { return [] }
        let reason = endingReason ?? .ended(ending)
        let isWanted = isWanted && (endingReason != nil || isRestarted(after: ending))
        let uptime = readySince.map { now - $0 }
        clearTimes()
        report.process = 0
        guard isWanted else {
            state = .off
            return [.sweep] + tell(.ended, reason, at: now)
        }
        return [.sweep] + pause(for: reason, afterUptime: uptime, at: now)
    }

    /// The service says something of itself; whoever said it has been checked.
    mutating func heard(_ word: ServiceWord, at now: MonotonicTime) -> [ServiceAction] {
        guard hasProcess else { return [] }
        var actions: [ServiceAction] = []
        if let status = word.status, status != report.text {
            report.text = status
            actions = [.report]
        }
        if let interval = word.watchdog { watchdog = interval }
        if word.feedsWatchdog || word.watchdog != nil { feedWatchdog(at: now) }
        if let extra = word.extraTime { extend(by: extra, at: now) }
        if word.isReady { actions += becomeReady(at: now) }
        if word.isReloading, state == .ready {
            isReloading = true
            awaitProgress(until: now + settings.startTimeout)
        }
        if word.isStopping { actions += announceEnd(at: now) }
        if word.triggersWatchdog, state != .ending { actions += hang(at: now) }
        setDeadline()
        return actions
    }

    /// Whether the service would be called silent now.
    func isWatchdogDue(at now: MonotonicTime) -> Bool {
        (state == .starting || state == .ready) && watchdogDeadline.map { now >= $0 } ?? false
    }

    /// A deadline may have come. `hearing` tells whether all has been heard that the service may have said.
    mutating func timePassed(at now: MonotonicTime, hearing: ServiceEar.Hearing = .good) -> [ServiceAction] {
        switch state {
        case .off, .waiting: return []
        case .pausing(let end): return now >= end ? wait(at: now) : []
        case .ending:
            guard let killDeadline, now >= killDeadline else { return [] }
            isKilled = true
            self.killDeadline = now + ServiceSettings.killInterval
            setDeadline()
            return [.killAll]
        case .starting, .ready:
            if isWatchdogDue(at: now) {
                guard isExcused(hearing) else { return hang(at: now) }
                watchdogDeadline = now + watchdog
                setDeadline()
            }
            if let progressDeadline, now >= progressDeadline {
                return end(for: .startTimeout, settings.stopSignal, settings.grace, at: now)
            }
            return []
        }
    }

    // MARK: Steps

    private mutating func wait(at now: MonotonicTime) -> [ServiceAction] {
        guard !needsAreReady else { return begin(at: now) }
        state = .waiting
        deadline = nil
        return tell(.restarting, .dependencies, at: now)
    }

    private mutating func begin(at now: MonotonicTime) -> [ServiceAction] {
        state = .starting
        clearTimes()
        budget.noteStart(at: now, settings)
        report.incarnation &+= 1
        return [.start]
    }

    private mutating func run(isReady: Bool, at now: MonotonicTime) -> [ServiceAction] {
        state = .starting
        watchdog = settings.watchdog
        report.announcesReadiness = settings.announcesReadiness
        report.startDeadline = now + settings.startTimeout
        if isReady { return becomeReady(at: now) }
        awaitProgress(until: report.startDeadline)
        setDeadline()
        return tell(.starting, .none, at: now)
    }

    private mutating func becomeReady(at now: MonotonicTime) -> [ServiceAction] {
        guard state == .starting || isReloading else { return [] }
        progressDeadline = nil
        isReloading = false
        guard state == .starting else {
            setDeadline()
            return []
        }
        state = .ready
        readySince = now
        feedWatchdog(at: now)
        setDeadline()
        return tell(.ready, .none, at: now)
    }

    /// It ends by itself: nobody new shall come, and those who are its own had better wait if another one follows.
    private mutating func announceEnd(at now: MonotonicTime) -> [ServiceAction] {
        guard state == .starting || state == .ready else { return [] }
        watchdogDeadline = nil
        progressDeadline = nil
        state = .ending
        awaitEnd(until: now + settings.grace)
        setDeadline()
        let isFollowed = isWanted && settings.restarts == .always
        return tell(isFollowed ? .restarting : .ended, .stopping, at: now)
    }

    private mutating func hang(at now: MonotonicTime) -> [ServiceAction] {
        let told = tell(.watchdogSilent, .watchdog, at: now)
        return told + end(for: .watchdog, 6, ServiceSettings.abortGrace, at: now)
    }

    private mutating func end(
        for reason: ServiceReason, _ signal: Int32, _ grace: Duration, at now: MonotonicTime
    ) -> [ServiceAction] {
        clearTimes()
        state = .ending
        endingReason = reason
        awaitEnd(until: now + grace)
        setDeadline()
        if reason == .watchdog { return [.signal(signal)] }
        return [.signal(signal)] + tell(isWanted ? .restarting : .ended, reason, at: now)
    }

    private mutating func pause(
        for reason: ServiceReason, afterUptime uptime: Duration?, at now: MonotonicTime
    ) -> [ServiceAction] {
        clearTimes()
        // What we have ended on purpose has not failed.
        guard reason != .replaced, reason != .stopped else {
            return tell(.restarting, reason, at: now) + wait(at: now)
        }
        let pause = budget.pause(afterUptime: uptime, at: now, settings)
        let end = now + pause.length
        state = .pausing(until: end)
        deadline = end
        report.text =
            pause.isRest ? "started \(settings.burst) times: rests for \(pause.length)" : report.text
        let isSoon = pause.length <= ServiceSettings.soon && !pause.isRest
        return tell(isSoon ? .restarting : .ended, reason, at: now)
    }

    private mutating func tell(
        _ phase: ServicePhase, _ reason: ServiceReason, at now: MonotonicTime
    ) -> [ServiceAction] {
        guard report.phase != phase || report.reason != reason else { return [.report] }
        report.phase = phase
        report.reason = reason
        report.since = now
        return [.report]
    }

    private func isRestarted(after ending: ProcessEnding) -> Bool {
        switch settings.restarts {
        case .always: true
        case .failure: ending != .exited(0)
        case .never: false
        }
    }

    /// Whether a silent watchdog may be our fault. Where nothing can be heard it is, however long that lasts; where we are
    /// late a few times in a row, so that a service that hangs does not stay for good.
    private mutating func isExcused(_ hearing: ServiceEar.Hearing) -> Bool {
        switch hearing {
        case .good: return false
        case .deaf: return true
        case .late:
            reprieves += 1
            return reprieves <= NodeLimits.reprieves
        }
    }

    private mutating func feedWatchdog(at now: MonotonicTime) {
        reprieves = 0
        watchdogDeadline = watchdog > .zero && state == .ready ? now + watchdog : nil
    }

    private mutating func awaitProgress(until moment: MonotonicTime) {
        progressDeadline = moment
        lastMoment = moment + ServiceSettings.longestExtension
    }

    private mutating func awaitEnd(until moment: MonotonicTime) {
        killDeadline = moment
        lastMoment = moment + ServiceSettings.longestExtension
    }

    private mutating func extend(by extra: Duration, at now: MonotonicTime) {
        guard let lastMoment else { return }
        let end = min(now + min(extra, ServiceSettings.longestExtension), lastMoment)
        if let deadline = progressDeadline, end > deadline { progressDeadline = end }
        if state == .starting { report.startDeadline = max(report.startDeadline, end) }
        if let deadline = killDeadline, !isKilled, endingReason != .watchdog, end > deadline {
            killDeadline = end
        }
    }

    private mutating func clearTimes() {
        readySince = nil
        progressDeadline = nil
        isReloading = false
        watchdogDeadline = nil
        killDeadline = nil
        lastMoment = nil
        endingReason = nil
        isKilled = false
        deadline = nil
    }

    private mutating func setDeadline() {
        deadline = [progressDeadline, watchdogDeadline, killDeadline].compactMap { $0 }.min()
    }
}
