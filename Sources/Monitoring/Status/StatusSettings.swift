public import Configuration

/// The thresholds of a `StatusMachine`.
public struct StatusSettings: Hashable, Sendable {
    /// How many successful probes in a row make an instance running; at least one.
    public var rise: Int
    /// How many failed probes in a row make it not running; at least one.
    public var fall: Int
    /// How many connections must fail in a row to do so; 0: never.
    public var connectFailures: Int
    /// Which share of answers, in percent, must be errors to do so; 0: none.
    public var errorShare: Int
    /// The time over which that share is taken.
    public var window: Duration
    /// How many answers a window needs to be judged.
    public var minimum: Int

    /// The thresholds that a service is configured with.
    public init(_ service: ServiceConfiguration) {
        rise = max(1, service.health.rise)
        fall = max(1, service.health.fall)
        connectFailures = max(0, service.passive.connectFailures)
        errorShare = max(0, service.passive.errorShare)
        window = service.passive.window
        minimum = max(1, service.passive.minimum)
    }
}
