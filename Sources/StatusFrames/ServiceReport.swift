public import Platform

/// All that a node manager says of one of its services, at one moment.
public struct ServiceReport: Hashable, Sendable {
    /// The longest identity, in bytes of UTF-8.
    public static let identityBytes = 127
    /// The longest text, in bytes of UTF-8; what is longer is cut.
    public static let textBytes = 200

    /// The service identity, `name@node`.
    public var identity: String
    /// What it does.
    public var phase: ServicePhase
    /// Why.
    public var reason: ServiceReason
    /// Grows with each start.
    public var incarnation: UInt64
    /// Its main process; 0 for none.
    public var process: Int32
    /// Since when it does so. Both ends are on one machine, and so on one clock.
    public var since: MonotonicTime
    /// Whether it says itself when it is ready.
    public var announcesReadiness: Bool
    /// Until when it may take its time to start.
    public var startDeadline: MonotonicTime
    /// What it says of itself (STATUS of sd_notify(3)), or what an operator should know.
    public var text: String

    /// A report of a service of which there is nothing to tell yet.
    public init(identity: String, phase: ServicePhase, since: MonotonicTime) {
        self.identity = identity
        self.phase = phase
        self.since = since
        reason = .none
        incarnation = 0
        process = 0
        announcesReadiness = false
        startDeadline = since
        text = ""
    }
}
