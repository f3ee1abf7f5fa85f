internal import Administration
internal import ArgumentParser
internal import Configuration

/// How a command finds the gateway that it is for.
struct ControlOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The gateway's configuration file: it names the control socket.")
    var configuration: String?

    @Option(help: "The control socket, instead of a configuration.")
    var socket: String?

    func validate() throws {
        guard (configuration == nil) != (socket == nil) else {
            throw ValidationError("say either --configuration FILE or --socket PATH")
        }
    }

    /// Runs a conversation with the gateway; whatever fails ends the command with its sentence and exit code 1.
    func withGateway<Result>(_ body: (ControlClient) throws -> Result) throws -> Result {
        try Refusal.turning {
            let client = try ControlClient(path: try path())
            defer { client.close() }
            return try body(client)
        }
    }

    private func path() throws -> String {
        if let socket { return socket }
        let loaded = try GatewayConfiguration.load(path: configuration ?? "")
        guard let path = loaded.administration.socket else {
            throw AdministrationError.refused(
                "\(configuration ?? ""): the gateway takes no commands: 'administration' needs the key 'socket'"
            )
        }
        return path
    }
}
