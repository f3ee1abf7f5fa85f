internal import ArgumentParser
internal import Platform

/// Where the load goes, and what is asked for there.
struct TargetOptions: ParsableArguments {
    @Option(help: "Where the gateway listens, ADDRESS:PORT.")
    var address: String

    @Option(help: "The server name.")
    var serverName = "limpet.test"

    @Option(help: "The path that is asked for.")
    var path = "/1k"

    @Option(help: "How many bytes the answer must have; byte i must be (31 i + 7) modulo 256.")
    var bytes = 1024

    /// The address; checked by `validate`.
    var parsedAddress: SocketAddress? { SocketAddress(address) }

    func validate() throws {
        guard parsedAddress != nil else { throw ValidationError("'\(address)' is no address") }
        guard path.hasPrefix("/"), bytes >= 0 else { throw ValidationError("no such answer: \(path)") }
    }

    /// What each connection does.
    func plan() throws(LoadError) -> LoadPlan {
        guard let address = parsedAddress else { throw .notServed("'\(address)' is no address") }
        return LoadPlan(address: address, serverName: serverName, path: path, bytes: bytes)
    }
}
