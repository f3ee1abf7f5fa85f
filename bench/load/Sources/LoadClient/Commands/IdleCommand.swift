internal import ArgumentParser

/// `limpet-load idle`: connections that do nothing.
struct IdleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle",
        abstract: "Hold connections after one request each; another one proves that they live.")

    @OptionGroup var target: TargetOptions

    @Option(help: "Connections.")
    var connections = 10_000

    @Option(help: "How many handshakes at the same time.")
    var width = 64

    func validate() throws {
        guard (1...100_000).contains(connections) else {
            throw ValidationError("--connections wants 1 to 100000")
        }
        guard (1...1000).contains(width) else { throw ValidationError("--width wants 1 to 1000") }
    }

    func run() throws {
        let run = try IdleRun(connections: connections, width: width, plan: try target.plan())
        try run.run()
        try Gate.report(run.figures)
    }
}
