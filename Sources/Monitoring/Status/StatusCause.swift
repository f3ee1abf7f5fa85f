public import StatusFrames
public import TLS

/// Why a working status changed.
public enum StatusCause: Hashable, Sendable, CustomStringConvertible {
    /// As many probes in a row failed as `fall` says; the last one for this reason.
    case probeFailed(ProbeFailure)
    /// A probe succeeded: the first after a failure, or the last of `rise`.
    case probeSucceeded
    /// TLS with it failed, for a request and for good.
    case untrusted(TLSFailure)
    /// Connections to it failed in a row.
    case connectFailures
    /// Connections to it were reset in a row, without an answer between them.
    case resets
    /// Too large a share of its answers were errors (500...599) or resets.
    case errorShare
    /// Its name has never led to an address.
    case nameUnresolved
    /// It is reached at another address than before: an instance yet unknown.
    case addressChanged
    /// Its process has started.
    case processStarted
    /// Its process says that it is ready.
    case processReady
    /// Its process is being replaced by its node manager, for this reason.
    case processRestarting(ServiceReason)
    /// Its process has ended, or cannot begin, for this reason.
    case processExited(ServiceReason)
    /// Its process has not fed its watchdog in time.
    case watchdogSilent
    /// Nothing has been heard of its node manager for a while.
    case nodeManagerSilent
    /// Nothing has been heard of its node manager for too long.
    case nodeManagerLost
    /// Its node manager is heard again.
    case nodeManagerHeard

    /// One short phrase for logs.
    public var description: String {
        switch self {
        case .probeFailed(let failure): "probe failed: \(failure)"
        case .probeSucceeded: "probe succeeded"
        case .untrusted(let failure): "TLS of a request failed: \(failure)"
        case .connectFailures: "connections failed in a row"
        case .resets: "connections were reset in a row"
        case .errorShare: "share of errors too large"
        case .nameUnresolved: "name not resolved"
        case .addressChanged: "address changed"
        case .processStarted: "process started"
        case .processReady: "process ready"
        case .processRestarting(let reason): "process restarting: \(reason)"
        case .processExited(let reason): "no process: \(reason)"
        case .watchdogSilent: "watchdog silent"
        case .nodeManagerSilent: "node manager silent"
        case .nodeManagerLost: "node manager lost"
        case .nodeManagerHeard: "node manager heard again"
        }
    }
}
