internal import CLinux

/// Why a program could not be started.
public struct ProcessStartError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being done for it.
    public enum Step: Int32, Sendable {
        /// A process was to be made (fork(2)).
        case fork = 1
        /// It was to get a session, and with it a group, of its own (setsid(2)).
        case group = 2
        /// It was to get its descriptors.
        case descriptors = 3
        /// It was to get its limits (setrlimit(2)).
        case limits = 4
        /// It was to become another user (setuid(2)).
        case identity = 5
        /// It was to go to its directory (chdir(2)).
        case directory = 6
        /// It was to become the program (execve(2)).
        case execute = 7
        /// All of that was to be done in time; its file system has not answered.
        case time = 8
    }

    /// The error number of a program that could not be reached in time (ETIME).
    public static let notInTime: Int32 = ETIME

    /// What was being done.
    public let step: Step
    /// The error number (errno(3)).
    public let number: Int32

    /// An error of a step.
    public init(step: Step, number: Int32) {
        self.step = step
        self.number = number
    }

    /// The step and the kernel's sentence, for example `execute: No such file or directory`.
    public var description: String {
        guard number != Self.notInTime else { return "its program or directory could not be reached in time" }
        let call: StaticString =
            switch step {
            case .fork: "fork"
            case .group: "session"
            case .descriptors: "descriptors"
            case .limits: "limits"
            case .identity: "user"
            case .directory: "directory"
            case .execute: "execute"
            case .time: "time"
            }
        return SystemError(call, number: number).description
    }
}
