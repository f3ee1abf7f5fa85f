/// How a service is stopped: a signal to its main process, a grace, and then the end of all its processes.
public struct StopConfiguration: Sendable, Equatable {
    /// The signal that asks it to end.
    public enum Signal: String, Sendable, CaseIterable {
        /// SIGTERM.
        case terminate = "TERM"
        /// SIGINT.
        case interrupt = "INT"
        /// SIGQUIT: nginx ends its requests first.
        case quit = "QUIT"
        /// SIGWINCH: Apache httpd ends its requests first.
        case windowChange = "WINCH"
        /// SIGHUP.
        case hangUp = "HUP"

        /// Its number (signal(7)).
        public var number: Int32 {
            switch self {
            case .terminate: 15
            case .interrupt: 2
            case .quit: 3
            case .windowChange: 28
            case .hangUp: 1
            }
        }
    }

    /// What asks it to end.
    public var signal = Signal.terminate
    /// How long it may take, until it is killed.
    public var grace = Duration.seconds(10)

    /// SIGTERM and ten seconds.
    public init() {}
}

extension StopConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("signal", .word(), into: &signal)
        section.read("grace", .duration(.zero ... .seconds(3600)), into: &grace)
    }
}
