public import Platform

/// Why a service is in its phase.
public enum ServiceReason: Hashable, Sendable, CustomStringConvertible {
    /// Nothing particular.
    case none
    /// Its process has ended.
    case ended(ProcessEnding)
    /// It was not ready in time.
    case startTimeout
    /// It has not fed its watchdog in time.
    case watchdog
    /// Somebody else listens at its address.
    case addressTaken
    /// Its program could not be started: the error number.
    case cannotStart(Int32)
    /// An operator, or the configuration, wants it to be stopped.
    case stopped
    /// It has said that it stops.
    case stopping
    /// It starts anew because its settings have changed.
    case replaced
    /// What it needs is not ready.
    case dependencies

    /// A short phrase for logs.
    public var description: String {
        switch self {
        case .none: "as it should"
        case .ended(let ending): "\(ending)"
        case .startTimeout: "not ready in time"
        case .watchdog: "watchdog silent"
        case .addressTaken: "its address is taken"
        case .cannotStart(ProcessStartError.notInTime):
            "start: its program or directory could not be reached in time"
        case .cannotStart(let number): "\(SystemError("start", number: number))"
        case .stopped: "stopped"
        case .stopping: "stopping by itself"
        case .replaced: "settings changed"
        case .dependencies: "what it needs is not ready"
        }
    }

    /// The form on the wire.
    var code: (kind: UInt8, number: Int32) {
        switch self {
        case .none: (0, 0)
        case .ended(.exited(let code)): (1, code)
        case .ended(.killed(let signal)): (2, signal)
        case .ended(.unknown): (3, 0)
        case .startTimeout: (4, 0)
        case .watchdog: (5, 0)
        case .addressTaken: (6, 0)
        case .cannotStart(let number): (7, number)
        case .stopped: (8, 0)
        case .stopping: (9, 0)
        case .replaced: (10, 0)
        case .dependencies: (11, 0)
        }
    }

    /// From the form on the wire; nil for a kind that is not known.
    init?(kind: UInt8, number: Int32) {
        switch kind {
        case 0: self = .none
        case 1: self = .ended(.exited(number))
        case 2: self = .ended(.killed(number))
        case 3: self = .ended(.unknown)
        case 4: self = .startTimeout
        case 5: self = .watchdog
        case 6: self = .addressTaken
        case 7: self = .cannotStart(number)
        case 8: self = .stopped
        case 9: self = .stopping
        case 10: self = .replaced
        case 11: self = .dependencies
        default: return nil
        }
    }
}
