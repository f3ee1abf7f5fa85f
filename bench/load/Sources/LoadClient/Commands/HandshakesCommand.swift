internal import ArgumentParser

/// `limpet-load handshakes`: handshakes of one kind.
struct HandshakesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handshakes",
        abstract: "Shake hands, ask once and leave, again and again; resumed kinds use each new ticket next.")

    @OptionGroup var target: TargetOptions

    @Option(help: "One of \(LoadKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: LoadKind

    @Option(help: "Clients at the same time.")
    var clients = 16

    @Option(help: "How long, in seconds.")
    var seconds = 3.0

    func validate() throws {
        guard (1...10_000).contains(clients) else { throw ValidationError("--clients wants 1 to 10000") }
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds wants up to 3600") }
    }

    func run() throws {
        let run = try HandshakeRun(kind, clients: clients, plan: try target.plan())
        try run.run(for: .seconds(seconds))
        try Gate.report(run.figures)
    }
}
