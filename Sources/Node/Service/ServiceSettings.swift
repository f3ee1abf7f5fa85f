internal import Configuration
internal import Platform

/// The times and thresholds of a `ServiceMachine`.
struct ServiceSettings: Hashable, Sendable {
    /// How much longer a start, a reload or an end may become in all by what a service asks for (EXTEND_TIMEOUT_USEC).
    static let longestExtension = Duration.seconds(3600)
    /// How long a hanging process has for its last words, after SIGABRT.
    static let abortGrace = Duration.seconds(1)
    /// How often a process that does not even end by SIGKILL is killed again.
    static let killInterval = Duration.seconds(5)
    /// Up to which delay the next start counts as following at once.
    static let soon = Duration.seconds(1)

    var announcesReadiness: Bool
    var startTimeout: Duration
    var watchdog: Duration
    var stopSignal: Int32
    var grace: Duration
    var restarts: RestartConfiguration.Occasion
    var delay: Duration
    var longestDelay: Duration
    var burst: Int
    var window: Duration
    var rest: Duration

    init(_ service: LocalServiceConfiguration) {
        announcesReadiness = service.readiness == .notify
        startTimeout = service.startTimeout
        watchdog = service.watchdog
        stopSignal = service.stop.signal.number
        grace = service.stop.grace
        restarts = service.restart.when
        delay = service.restart.delay
        longestDelay = service.restart.longestDelay
        burst = service.restart.burst
        window = service.restart.window
        rest = service.restart.rest
    }
}
