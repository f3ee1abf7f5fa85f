internal import ArgumentParser
internal import TLS

/// `limpet version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Say which version this is, and of what it is made.")

    func run() {
        print("limpet \(Limpet.version) (\(TLSLibrary.version))")
    }
}
