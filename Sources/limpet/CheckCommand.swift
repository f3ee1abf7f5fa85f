internal import ArgumentParser
internal import Configuration
internal import Proxy

/// `limpet check`: loads all that the configuration names, keys and certificates included, and binds nothing.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration, its certificates and keys; bind nothing.")

    @Option(name: .shortAndLong, help: "The configuration file (YAML).")
    var configuration: String

    func run() throws {
        let loaded = try Refusal.turning { try GatewayConfiguration.load(path: configuration) }
        let doubts = try Refusal.turning { try Gateway.check(loaded) }
        for warning in loaded.warnings.map(\.description) + doubts { print("warning: \(warning)") }
        print("\(configuration): fine")
    }
}
