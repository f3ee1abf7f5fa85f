/// How a process has ended.
public enum ProcessEnding: Hashable, Sendable, CustomStringConvertible {
    /// It exited with this code.
    case exited(Int32)
    /// The signal with this number ended it.
    case killed(Int32)
    /// It is gone, and only its parent could say how.
    case unknown

    /// A short phrase: `exit code 1`, `signal 9`.
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .killed(let signal): "signal \(signal)"
        case .unknown: "ended unseen"
        }
    }

    /// From the word of waitpid(2).
    init(status: Int32) {
        self = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(status & 0x7f)
    }
}
