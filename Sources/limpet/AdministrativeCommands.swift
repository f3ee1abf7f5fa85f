internal import Administration
internal import ArgumentParser
internal import Balancing
internal import Configuration
internal import Platform

/// `limpet drain`: lets an instance finish what it has.
struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Give an instance no new clients, and let it finish with its own.",
        discussion: """
            Clients that are pinned to it reach it until the drain time is over; then they get another owner, and its \
            tunnels end. It stays so over a reload, a restart and a crash of the gateway, until `limpet enable`.
            """)

    @OptionGroup var options: ControlOptions

    @Argument(help: "The service identity, NAME@NODE.")
    var identity: String

    @Option(
        help: "How long it may take from now on, for example 90s or 1h30m. Default: the service's `drain`.")
    var deadline: String?

    private var drain: Duration? {
        deadline.flatMap { try? DurationText.read($0) }
    }

    func validate() throws {
        guard let deadline else { return }
        guard let drain, drain <= AdministrativeOrder.longestDrain else {
            throw ValidationError("'\(deadline)' is no duration of at most 30d, such as 90s or 1h30m")
        }
    }

    func run() throws {
        try AdministrativeOrder(.draining, of: identity, drain: drain).give(options)
    }
}

/// `limpet disable`: takes an instance out of service.
struct DisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Give an instance no clients at all.",
        discussion: """
            Its clients get another owner with their next request, and its tunnels end. It stays so over a reload, a \
            restart and a crash of the gateway, until `limpet enable`.
            """)

    @OptionGroup var options: ControlOptions

    @Argument(help: "The service identity, NAME@NODE.")
    var identity: String

    func run() throws {
        try AdministrativeOrder(.disabled, of: identity).give(options)
    }
}

/// `limpet enable`: puts an instance back into service.
struct EnableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Put an instance back into service.",
        discussion: "Clients that have got another owner meanwhile stay with it.")

    @OptionGroup var options: ControlOptions

    @Argument(help: "The service identity, NAME@NODE.")
    var identity: String

    func run() throws {
        try AdministrativeOrder(.ready, of: identity).give(options)
    }
}

extension AdministrativeOrder {
    /// Gives the order, and says what has come of it.
    fileprivate func give(_ options: ControlOptions) throws {
        let answers = try options.withGateway { try $0.ask(.order(self)) }
        guard case .done(let sentence, let warning)? = answers.last else { return }
        print(sentence)
        if !warning.isEmpty { StandardError.write("warning: \(warning)\n") }
    }
}
