internal import ArgumentParser

/// `limpet-load latency`: latencies at a fixed rate.
struct LatencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Ask at a fixed rate and tell percentiles, without coordinated omission.")

    @OptionGroup var target: TargetOptions

    @Option(help: "Connections.")
    var connections = 64

    @Option(help: "Requests a second.")
    var rate = 2000.0

    @Option(help: "How long, in seconds.")
    var seconds = 3.0

    func validate() throws {
        guard (1...20_000).contains(connections) else {
            throw ValidationError("--connections wants 1 to 20000")
        }
        guard rate >= 1, rate <= 1_000_000 else { throw ValidationError("--rate wants 1 to 1000000") }
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds wants up to 3600") }
    }

    func run() throws {
        let run = try LatencyRun(connections: connections, rate: rate, plan: try target.plan())
        try run.run(for: .seconds(seconds))
        try Gate.report(run.figures)
    }
}
