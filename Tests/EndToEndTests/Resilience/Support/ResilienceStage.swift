internal import TestSupport
internal import Testing

/// What most of these tests stand on: services that can be harmed, and a gateway with TLS in front of them.
struct ResilienceStage {
    let services: [ServiceProcess]
    let gateway: GatewayProcess

    /// Probes often, and gives up an instance soon.
    static let watchful = [
        "health": "{ type: http, path: /healthz, interval: 200ms, timeout: 2s, rise: 1, fall: 2 }",
        "passive": "{ connect-failures: 3, error-share: 0 }", "retries": "2",
    ]

    /// Clients that speak TLS with the gateway.
    func crowd() throws -> Crowd {
        try Crowd(of: gateway.endpoints[0], secure: true)
    }

    /// Whether the service is running, as the gateway said last.
    func isRunning(_ service: ServiceProcess) -> Bool {
        let lines = gateway.logLines.filter { $0.contains("\(service.identity): ") }
        return lines.last?.contains("-> running ") ?? false
    }

    /// How often the gateway has said that the service has this status now.
    func count(of service: ServiceProcess, becoming status: String) -> Int {
        gateway.logLines.count { $0.contains("\(service.identity): ") && $0.contains("-> \(status) ") }
    }
}

/// Runs `body` with a stage, once its services are running; the gateway must end in order, without an error in its log.
/// With `bulk`, large answers come from a service of their own.
func withResilienceStage(
    services count: Int = 3, bulk: Bool = false, settings: [String: String] = ResilienceStage.watchful,
    sections: [String: String] = [:], mode: String = "terminate", listener: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (ResilienceStage) throws -> Void
) throws {
    let folder = try TemporaryFolder()
    let services = try ServiceProcess.several(count)
    let bulkService = bulk ? try ServiceProcess("bulk-0@test") : nil
    defer { for service in services + [bulkService].compactMap(\.self) { service.kill() } }
    var configuration = GatewayConfiguration(
        [.init("portal", services.map(\.endpoint), settings: settings)],
        listeners: [.init(mode: mode, settings: listener)])
    if let bulkService {
        configuration.services.append(.init("bulk", [bulkService.endpoint]))
        configuration.routes = ["{ path: /, service: portal }", "{ path: /bytes, service: bulk }"]
    }
    configuration.sections = sections
    configuration.sections["tls"] = try TestCertificate(in: folder).section
    try withGateway(configuration, folder: folder, sourceLocation: sourceLocation) { gateway in
        let stage = ResilienceStage(services: services, gateway: gateway)
        let areRunning = Deadline().poll { services.allSatisfy(stage.isRunning) }
        #expect(areRunning, "the services are running", sourceLocation: sourceLocation)
        try body(stage)
    }
}
