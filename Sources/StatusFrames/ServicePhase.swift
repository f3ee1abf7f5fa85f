/// What a node manager says of one of its services.
public enum ServicePhase: UInt8, CaseIterable, Hashable, Sendable {
    /// A process runs that is not ready yet.
    case starting = 1
    /// The process has said that it is ready, or need not say so.
    case ready = 2
    /// The process has ended, or is about to, and another one follows at once.
    case restarting = 3
    /// There is no process, and none will be there at once.
    case ended = 4
    /// The process lives, but has not fed its watchdog in time.
    case watchdogSilent = 5
}
