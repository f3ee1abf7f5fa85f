/// A platform service that the node manager of this appliance starts and supervises.
public struct LocalServiceConfiguration: Sendable, Equatable {
    /// How it becomes known that a process is ready.
    public enum Readiness: String, Sendable, CaseIterable {
        /// It says READY=1 (sd_notify(3)).
        case notify
        /// It need not say anything: it is ready as soon as it runs, and the probes decide.
        case start
    }

    /// The service identity, `name@node`.
    public var id = ""
    /// The program and its arguments; never empty.
    public var run: [String] = []
    /// The name of the user that it runs as; nil: the node manager's.
    public var user: String?
    /// The name of the group that it runs as; nil: the user's.
    public var group: String?
    /// Its working directory; nil: the node manager's.
    public var directory: String?
    /// Variables that are laid over the node manager's own.
    public var environment: [String: String] = [:]
    /// What it may use of the machine.
    public var limits = ProcessLimitConfiguration()
    /// The services that must be ready before it is started, and that end after it.
    public var after: [String] = []
    /// How it becomes known that it is ready.
    public var readiness = Readiness.start
    /// How long it may take until it is ready.
    public var startTimeout = Duration.seconds(30)
    /// After what time without WATCHDOG=1 it counts as hanging, and is started anew; zero: never.
    public var watchdog = Duration.zero
    /// How it is stopped.
    public var stop = StopConfiguration()
    /// When and how soon it is started again.
    public var restart = RestartConfiguration()

    /// A service without a program.
    public init() {}
}

extension LocalServiceConfiguration: ReadableSection {
    /// Reads all but the identity, which is the key that the section stands under.
    init(reading section: SectionReader) {
        self.init()
        let context = section.context
        section.read("run", listOf: .text, into: &run)
        if run.isEmpty {
            context.refuse(
                "'\(section.name)' needs the key 'run': a program and its arguments", at: section.position)
        }
        if let program = run.first, program.contains("/") { run[0] = context.resolve(program) }
        section.read("user", .name, into: &user)
        section.read("group", .name, into: &group)
        section.read("directory", .path(in: context), into: &directory)
        readEnvironment(section)
        section.read("limits", into: &limits)
        section.read("after", listOf: .identity, into: &after)
        section.read("readiness", .word(), into: &readiness)
        section.read("start-timeout", .duration(.milliseconds(100) ... .seconds(86_400)), into: &startTimeout)
        section.read("watchdog", .duration(.zero ... .seconds(86_400)), into: &watchdog)
        section.read("stop", into: &stop)
        section.read("restart", into: &restart)
    }

    private mutating func readEnvironment(_ section: SectionReader) {
        for entry in section.entries("environment", limit: ConfigurationBounds.entries) {
            let reserved = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LIMPET_SERVICE"]
            guard NameText.isVariable(entry.key), !reserved.contains(entry.key) else {
                let why =
                    reserved.contains(entry.key) ? "is set by the node manager" : "is no name of a variable"
                section.context.refuse("\(Spelling.quoted(entry.key)) \(why)", at: entry.keyPosition)
                continue
            }
            let value = section.convert(entry.node, at: entry.position, subject: "'\(entry.key)'", .anyText)
            environment[entry.key] = value
        }
    }
}
