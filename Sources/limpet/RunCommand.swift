internal import ArgumentParser
internal import Configuration
internal import Platform
internal import Proxy
internal import TLS

/// `limpet run`: the gateway.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the gateway.",
        discussion: """
            TERM drains and exits, a second TERM or INT exits now, HUP reloads the configuration with its certificates \
            and keeps the old one on any error, USR1 opens the access log again.
            """)

    @Option(name: .shortAndLong, help: "The configuration file (YAML).")
    var configuration: String

    func run() throws {
        // Before OpenSSL has allocated anything.
        TLSLibrary.useFreeLists()
        // Before any thread: signals come through a descriptor, and no core shows a key.
        let signals = try SignalSource([.terminate, .interrupt, .hangUp, .user1])
        ChildSignals.buryOrphansIfFirst()
        let program = try Refusal.turning { try ProcessTable.absolutePath("/proc/self/exe") }
        ProcessLimits.forbidCoreDumps()
        _ = ProcessLimits.raiseDescriptorLimit()
        let path = configuration
        let loaded = try Refusal.turning { try GatewayConfiguration.load(path: path) }
        let journal = Journal(level: loaded.log.level)
        for warning in loaded.warnings { journal.warn("\(warning)") }
        let gateway = try Refusal.turning {
            try Gateway(
                loaded, source: { try GatewayConfiguration.load(path: path) },
                startNodeManager: {
                    try NodeManagerLaunch.start(program, configuration: path, loaded.nodeManager)
                }, observe: journal.record)
        }
        do {
            try gateway.run(signals)
        } catch {
            throw Refusal.of(error)
        }
    }
}
