internal import ArgumentParser
internal import Demonstration
internal import Foundation

/// `limpet demo`: the main job on real input.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch real TLS clients come back to the services that own their sessions.",
        discussion: """
            Starts three services, two gateways and clients that resume in all four ways; meanwhile a service stops \
            and comes back, ticket keys rotate and the certificate changes. Exits with 0 only if every promise held.
            """)

    @Option(help: "Clients of each kind, 5 to 200.")
    var clients = 15

    @Option(help: "How often each client comes, 10 to 500.")
    var connections = 30

    @Flag(help: "Stay up until INT, to try by hand.")
    var stay = false

    @Option(help: "Where configurations and logs go, and stay. Default: a temporary folder.")
    var directory: String?

    @Option(help: "The folder with the development certificates.")
    var certificates = "certs/dev"

    func validate() throws {
        guard (5...200).contains(clients) else { throw ValidationError("--clients wants 5 to 200") }
        guard (10...500).contains(connections) else { throw ValidationError("--connections wants 10 to 500") }
    }

    func run() throws {
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var settings = DemoSettings(executable: executable)
        settings.clients = clients
        settings.connections = connections
        settings.stays = stay
        settings.directory = directory
        settings.certificates = certificates
        let holds: Bool
        do {
            let demo = try Demo(settings) { line in FileHandle.standardOutput.write(Data((line + "\n").utf8))
            }
            holds = try demo.run()
        } catch {
            throw Refusal.of(error)
        }
        guard holds else { throw ExitCode.failure }
    }
}
