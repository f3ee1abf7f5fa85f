internal import TestSupport
internal import Testing

/// A gateway in a network of its own, with a cable to its clients and one to its service.
struct NetworkStage {
    /// Where the gateway listens, unless a test says otherwise.
    static let address = "10.77.0.1"
    /// Where the service is.
    static let serviceAddress = "10.78.0.2"
    /// How soon what happens to a link or an address has to be known.
    static let bound = Duration.milliseconds(200)
    /// How often a time is taken.
    static let rounds = 5

    /// The gateway's network, with the links `client0` and `service0`.
    let gateway: NetworkNamespace
    /// That of the clients, with the link `wire`.
    let clients: NetworkNamespace
    /// That of the service, with the link `wire`.
    let services: NetworkNamespace
    /// Answers each request with 200.
    let upstream: RecordingUpstream

    init() throws {
        gateway = try NetworkNamespace()
        clients = try NetworkNamespace()
        services = try NetworkNamespace()
        try gateway.connect("client0", "\(Self.address)/24", to: clients, "wire", "10.77.0.2/24")
        try gateway.connect("service0", "10.78.0.1/24", to: services, "wire", "\(Self.serviceAddress)/24")
        let services = services
        upstream = try services.run {
            try RecordingUpstream(on: .ipv4(address: Self.serviceAddress, port: 0)) { connection in
                while true {
                    try connection.readRequest()
                    try connection.send(RecordingUpstream.response("ok"))
                }
            }
        }
    }

    /// A configuration with a listener at `address`, and the service. The backplane is lost: that the log says so shows that
    /// the interfaces are watched.
    func configuration(listener address: String = Self.address) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(.opened(.ipv4(address: address, port: 0)))]
        configuration.sections["interfaces"] = "{ backplane: [spare0] }"
        configuration.sections["administration"] = "{ socket: control.sock }"
        return configuration
    }

    /// Runs `body` with a gateway in its network, which must end in order.
    func withGateway(
        _ configuration: GatewayConfiguration, _ body: (GatewayProcess) throws -> Void
    ) throws {
        let process = try gateway.run { try GatewayProcess(configuration) }
        defer { FailureWatch.current?.keep(process.log) }
        try #require(process.waitForLog("backplane side lost: spare0 is not there"))
        try body(process)
        #expect(try process.terminate() == .exited(0))
        #expect(process.descriptorCount == 0)
    }

    /// Sends a request from the clients' network, on a new connection, and expects 200.
    func expectService(_ process: GatewayProcess, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let client = try clients.run { try process.connect() }
        try client.send(request())
        let response = try client.readResponse()
        #expect(response.status == 200, sourceLocation: sourceLocation)
    }

    /// Has something happen again and again, and undone each time. What the log says of it has to be there in time, in more
    /// than half of the rounds: the other rounds belong to a machine that was busy. What it says when that is undone, too, unless
    /// the kernel keeps it back: it tells of at most one carrier that comes or goes in a second.
    func expectInTime(
        _ process: GatewayProcess, _ event: () throws -> Void, says text: String,
        undoing: () throws -> Void, says undone: String, undoingInTime: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var (events, undoings): ([Duration], [Duration]) = ([], [])
        for round in 1...Self.rounds {
            events.append(try time(event, until: process, says: text, round))
            undoings.append(try time(undoing, until: process, says: undone, round))
            try expectService(process, sourceLocation: sourceLocation)
        }
        for (text, times) in [(text, events)] + (undoingInTime ? [(undone, undoings)] : []) {
            let median = times.sorted()[times.count / 2]
            #expect(median <= Self.bound, "\(text): \(times)", sourceLocation: sourceLocation)
        }
    }

    /// The time from before something happens until the log has said it for the n-th time.
    private func time(
        _ event: () throws -> Void, until process: GatewayProcess, says text: String, _ count: Int
    ) throws -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        try event()
        try #require(process.waitForLog(text, times: count), "\(text), \(count) times")
        return clock.now - start
    }
}
