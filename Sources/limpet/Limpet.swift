internal import ArgumentParser

/// The command `limpet`.
@main
struct Limpet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limpet", abstract: "A session-affine TLS terminating gateway.")
}
