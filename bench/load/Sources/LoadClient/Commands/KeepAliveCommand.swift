internal import ArgumentParser

/// `limpet-load keep-alive`: requests over connections that are open already.
struct KeepAliveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep-alive",
        abstract: "Open connections, and then ask on all of them as fast as answers come.")

    @OptionGroup var target: TargetOptions

    @Option(help: "Connections.")
    var connections = 256

    @Option(help: "How long, in seconds.")
    var seconds = 3.0

    func validate() throws {
        guard (1...20_000).contains(connections) else {
            throw ValidationError("--connections wants 1 to 20000")
        }
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds wants up to 3600") }
    }

    func run() throws {
        let run = try KeepAliveRun(connections: connections, plan: try target.plan())
        try run.run(for: .seconds(seconds))
        try Gate.report(run.figures)
    }
}
