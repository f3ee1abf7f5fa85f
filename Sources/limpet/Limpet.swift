internal import ArgumentParser

/// The command `limpet`.
@main
struct Limpet: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "limpet",
        abstract: "A session-affine TLS terminating gateway.",
        discussion: """
            Limpet terminates TLS and brings every client back to the service that owns its session.

            Exit codes: 0 fine; 1 refused or failed; 64 usage.
            """,
        version: version,
        subcommands: [
            RunCommand.self, CheckCommand.self, StatusCommand.self, DrainCommand.self, DisableCommand.self,
            EnableCommand.self, NodeManagerCommand.self, DemoCommand.self, DemoServiceCommand.self,
            VersionCommand.self,
        ])
}
