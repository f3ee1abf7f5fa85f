internal import ArgumentParser

/// `limpet-load`: the load that wrk and h2load cannot make.
@main
struct LimpetLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limpet-load",
        abstract: "Make TLS load that resumes as browsers do, and check every answer.",
        discussion: """
            Every command writes one line "ready" when it is warm, goes on when it reads a line from the standard \
            input, and then writes its figures as one line of JSON. bench/run and bench/stickiness drive it.
            """,
        subcommands: [
            HandshakesCommand.self, KeepAliveCommand.self, LatencyCommand.self, IdleCommand.self,
            StickCommand.self,
        ])
}
