internal import ArgumentParser
internal import Demonstration
internal import Platform

/// `limpet-load stick`: clients with their own session caches, driven line by line.
struct StickCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stick",
        abstract: "Bring clients of one kind back, round by round, and tell who answered them.",
        discussion: """
            Each line of the standard input is a command, each answer one line of JSON. "round": every client comes \
            once with its newest session. "anew N": every client opens N connections at once, all in full. "lineages": \
            every client comes once with each of its sessions. "together N": every client opens N connections at once \
            with its newest session. The services must name themselves in X-Served-By.
            """)

    @Option(help: "Where the gateway listens, ADDRESS:PORT.")
    var address: String

    @Option(help: "The server name.")
    var serverName = "limpet.test"

    @Option(help: "One of id12, ticket12, stateless13, stateful13.")
    var kind: StickKind

    @Option(help: "Clients.")
    var clients = 40

    @Option(help: "Requests on each connection.")
    var requests = 2

    func validate() throws {
        guard SocketAddress(address) != nil else { throw ValidationError("'\(address)' is no address") }
        guard (1...10_000).contains(clients) else { throw ValidationError("--clients wants 1 to 10000") }
        guard (1...100).contains(requests) else { throw ValidationError("--requests wants 1 to 100") }
    }

    func run() throws {
        guard let address = SocketAddress(address) else { throw ExitCode.validationFailure }
        let target = ClientTarget(address, serverName: serverName)
        let run = try StickRun(kind.clientKind, clients: clients, requests: requests, target: target)
        Gate.say("ready")
        while let line = readLine() {
            guard let command = StickRun.Round(line) else {
                throw LoadError.notServed("no such round: \(line)")
            }
            try Gate.report(try run.run(command))
        }
    }
}
