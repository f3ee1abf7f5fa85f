internal import ArgumentParser
internal import Configuration
internal import Node
internal import Platform

/// `limpet node-manager`: starts and supervises the local services.
struct NodeManagerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node-manager", abstract: "Start and supervise the local services of this appliance.",
        discussion: """
            `limpet run` starts one where the configuration names local services and none runs yet. It goes on when the \
            gateway ends, and its services go on when it ends unexpectedly: the next one takes them over. TERM, INT or \
            --stop stops all services and ends it, HUP reloads the configuration.
            """)

    @Option(name: .shortAndLong, help: "The configuration file (YAML).")
    var configuration: String

    @Option(help: "Where its log goes, instead of standard error.")
    var logFile: String?

    @Option(help: "Its folder, instead of the configuration's.")
    var directory: String?

    @Flag(help: "Tell the one that runs to stop all services and to end, and wait until it has.")
    var stop = false

    func run() throws {
        let path = configuration
        var loaded = try Refusal.turning { try GatewayConfiguration.load(path: path) }
        if let directory { loaded.nodeManager.directory = directory }
        if stop { return try Self.stopRunning(loaded) }
        let signals = try SignalSource([.terminate, .interrupt, .hangUp, .user1])
        _ = ProcessLimits.raiseDescriptorLimit()
        let journal = try Refusal.turning {
            try NodeJournal(level: loaded.log.level, file: logFile, loaded.nodeManager)
        }
        do {
            let manager = try NodeManager(
                loaded, source: { try GatewayConfiguration.load(path: path) }, observe: journal.record)
            try manager.run(signals)
        } catch {
            journal.fail("\(error)")
            throw Refusal.of(error)
        }
    }

    /// Waits as long as the slowest of its services may take, one after the other.
    private static func stopRunning(_ configuration: GatewayConfiguration) throws {
        let patience = configuration.supervisedServices.reduce(Duration.seconds(10)) {
            $0 + $1.stop.grace + .seconds(1)
        }
        let hasEnded = try Refusal.turning {
            try NodeManagerClient.stop(configuration.nodeManager, patience: patience)
        }
        guard hasEnded else {
            StandardError.write("the node manager still runs\n")
            throw ExitCode(1)
        }
    }
}
