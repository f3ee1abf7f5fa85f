internal import Demonstration
internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// A gateway with a node manager that it has started, services that the node manager has started, and clients.
final class NodeStage {
    let folder: TemporaryFolder
    let services: [NodeService]
    let loop: ClientLoop
    /// The gateway; another one after `restartGateway`.
    private(set) var gateway: GatewayProcess
    private var plan: NodePlan
    private var configuration: GatewayConfiguration
    private var clientCount = 0
    private let sourceLocation: SourceLocation

    fileprivate init(
        _ services: [NodeService], _ plan: NodePlan, in folder: TemporaryFolder,
        _ sourceLocation: SourceLocation
    ) throws {
        self.services = services
        self.plan = plan
        configuration = plan.configuration(for: services)
        self.folder = folder
        self.sourceLocation = sourceLocation
        loop = try ClientLoop()
        gateway = try GatewayProcess(configuration, folder: folder)
    }

    // MARK: Statuses

    /// The lines of the gateway's log about the working status of a service, without their times.
    func transitions(of service: NodeService) -> [String] {
        gateway.logLines.compactMap { line in
            line.range(of: "\(service.identity): ").map { String(line[$0.upperBound...]) }
        }
    }

    /// Waits until the gateway has said that of a service `count` times, not counting the first `known` lines about it.
    func wait(
        for text: String, of service: NodeService, times count: Int = 1, after known: Int = 0,
        _ patience: Duration = .seconds(20)
    ) throws {
        let came = Deadline(in: patience).poll {
            transitions(of: service).dropFirst(known).count { $0.contains(text) } >= count
        }
        guard !came else { return }
        throw HarnessError.timeout(
            waitingFor: "'\(text)' of \(service.identity)",
            seen: transitions(of: service).joined(separator: "; ") + "\n" + nodeLog)
    }

    /// Waits until all services are running.
    func waitUntilRunning(_ wanted: [NodeService]? = nil) throws {
        for service in wanted ?? services { try wait(for: "-> running", of: service) }
    }

    // MARK: Processes

    /// The process of a service, as the node manager's state file has it; 0 for none.
    func process(of service: NodeService) -> pid_t {
        let text = (try? String(contentsOfFile: folder.file("run/node.state"), encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(service.identity) ") }
        return line.flatMap { pid_t($0.split(separator: " ")[2]) } ?? 0
    }

    /// Waits until a service has a process, other than `previous`.
    func waitForProcess(of service: NodeService, after previous: pid_t = 0) -> pid_t {
        _ = Deadline().poll { process(of: service) != previous && process(of: service) > 0 }
        return process(of: service)
    }

    /// The node manager of this stage; 0 for none.
    var manager: pid_t {
        Self.find(folder.file("run/node-manager.log"), "node-manager")
    }

    /// What the node manager has logged.
    var nodeLog: String {
        (try? String(contentsOfFile: folder.file("run/node-manager.log"), encoding: .utf8)) ?? "no log"
    }

    /// Whether a process is there.
    func isAlive(_ process: pid_t) -> Bool {
        process > 0 && ProcessTable.startTime(of: process) != nil
    }

    /// Makes the node manager stop all services and end.
    func stopNodeManager() throws {
        let stopped = try Command.limpet("node-manager", "-c", folder.file("limpet.yaml"), "--stop")
        #expect(stopped.ending == .exited(0), "\(stopped.errors)", sourceLocation: sourceLocation)
    }

    /// Changes the plan, and makes gateway and node manager take it.
    func reload(_ change: (inout NodePlan) -> Void) throws {
        change(&plan)
        configuration = plan.configuration(for: services)
        try gateway.reload(with: configuration)
    }

    /// Changes the plan and the file of the configuration, and tells nobody.
    func rewrite(_ change: (inout NodePlan) -> Void) throws {
        change(&plan)
        configuration = plan.configuration(for: services)
        try gateway.rewrite(configuration)
    }

    /// Kills the gateway without warning and starts another one at the same place.
    func restartGateway() throws {
        gateway.kill()
        try FileManager.default.removeItem(atPath: folder.file("notify"))
        var again = configuration
        again.listeners[0].origin = .opened(.ipv4(port: gateway.endpoints[0].port))
        gateway = try GatewayProcess(again, folder: folder)
    }

    /// The process that has all of `words` among its arguments.
    private static func find(_ words: String...) -> pid_t {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for name in names {
            guard let process = pid_t(name),
                let bytes = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { continue }
            let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            if words.allSatisfy(arguments.contains), ProcessTable.startTime(of: process) != nil {
                return process
            }
        }
        return 0
    }

    // MARK: Clients

    /// A client that knows no session.
    func client(_ kind: ClientKind = .stateless13) throws -> ResumingClient {
        clientCount += 1
        let target = ClientTarget(
            .ip(IPAddress(v4: 0x7f00_0001), port: gateway.endpoints[0].port),
            authorities: folder.file("certs/ca.pem"))
        return try ResumingClient(kind, name: "client-\(clientCount)", target: target)
    }

    /// Clients that have been there once, at least one of them at `service` if that is given.
    func settled(
        _ count: Int = 6, _ kind: ClientKind = .stateless13, reaching service: NodeService? = nil
    ) throws -> [ResumingClient] {
        var clients: [ResumingClient] = []
        while clients.count < count
            || !clients.contains(where: { $0.owner() == service?.identity ?? $0.owner() })
        {
            guard clients.count < 100 else {
                throw HarnessError.gateway("nobody came there", log: gateway.log)
            }
            let client = try client(kind)
            let outcome = try client.visit(on: loop)
            #expect(outcome.succeeded, "\(outcome)", sourceLocation: sourceLocation)
            clients.append(client)
        }
        return clients
    }

    /// Expects all clients to come back to their owners, resumed in the way of their kind.
    func expectOwners(_ clients: [ResumingClient], sourceLocation: SourceLocation = #_sourceLocation) throws {
        for client in clients {
            let outcome = try client.visit(on: loop, requests: 2)
            #expect(outcome.reachedOwner, "\(outcome)", sourceLocation: sourceLocation)
            #expect(
                outcome.record.resumption == client.kind.resumption, "\(outcome)",
                sourceLocation: sourceLocation)
        }
    }
}

/// How a stage differs from others.
struct NodePlan {
    /// A service that is another program than the tests' own.
    struct Override {
        /// Where it listens, if elsewhere.
        var endpoint: Endpoint?
        /// Its keys.
        var settings: [String: String]
    }

    var services = 2
    /// Writes what other programs need, and says how they are started.
    var prepare: ([NodeService], TemporaryFolder) throws -> [Override] = { _, _ in [] }
    fileprivate(set) var overrides: [Override] = []
    /// The services, by number, that say READY=1.
    var announcing: Set<Int> = []
    /// Keys of the services in `local-services`.
    var settings: [String: String] = ["restart": "{ delay: 50ms }"]
    /// Keys of single services.
    var single: [Int: [String: String]] = [:]
    var manager = "{ directory: run, silence: 3s, lost: 15s }"
    /// Whether the node manager is to start the services at all.
    var areLocal = true
    var hold = "{ timeout: 20s, queue: 100 }"
    var tls = ["resumption": "both"]
    var passive = "{ connect-failures: 0, error-share: 0 }"
    var retries = 2
    /// Whether errors in the gateway's log are what the test is about.
    var allowsErrors = false
    /// Whether the test itself stops the node manager.
    var isStoppedByTest = false

    private func entry(_ service: NodeService, _ number: Int) -> String {
        let own = overrides.indices.contains(number) ? overrides[number].settings : single[number] ?? [:]
        return service.entry(settings.merging(own) { $1 }, announces: announcing.contains(number))
    }

    func configuration(for services: [NodeService]) -> GatewayConfiguration {
        let portal = GatewayConfiguration.Service(
            "portal",
            services.enumerated().map { number, service in
                overrides.indices.contains(number)
                    ? overrides[number].endpoint ?? service.endpoint : service.endpoint
            },
            settings: [
                "health": "{ type: http, path: /, interval: 100ms, timeout: 1s, rise: 2, fall: 3 }",
                "hold": hold, "passive": passive, "retries": "\(retries)",
            ])
        var configuration = GatewayConfiguration(
            [portal], listeners: [.init(.opened(.ipv4(port: 0)), mode: "terminate")])
        let keys = ["certificates": "[{ certificate: certs/server.pem, key: certs/server.key }]"]
        let section = keys.merging(tls) { $1 }.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        configuration.sections = [
            "tls": "{ \(section.joined(separator: ", ")) }", "affinity": "{ by: [tls-session] }",
            "local-services": areLocal
                ? "{ \(services.enumerated().map { entry($1, $0) }.joined(separator: ", ")) }" : "{ }",
            "node-manager": manager, "administration": "{ socket: control.sock }",
        ]
        return configuration
    }
}

/// Runs `body` with a stage. Afterwards the gateway must end in order, and the node manager with all its services.
func withNodeStage(
    _ plan: NodePlan = NodePlan(), sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (NodeStage) throws -> Void
) throws {
    let folder = try TemporaryFolder()
    try DevelopmentCertificates.copy(into: folder)
    let services = try (0..<plan.services).map { number in
        try NodeService(number, in: folder)
    }
    var plan = plan
    plan.overrides = try plan.prepare(services, folder)
    let stage = try NodeStage(services, plan, in: folder, sourceLocation)
    defer {
        FailureWatch.current?.keep(stage.gateway.log + "--- node manager\n" + stage.nodeLog)
        // Whatever happened, nothing is left: the marks of the services name this folder.
        let manager = stage.manager
        if manager > 0 { kill(manager, SIGKILL) }
        for (process, mark) in ProcessTable.processes(withVariable: "LIMPET_SERVICE")
        where mark.hasPrefix(folder.path) {
            kill(process, SIGKILL)
        }
    }
    try body(stage)
    #expect(try stage.gateway.terminate() == .exited(0), sourceLocation: sourceLocation)
    if !plan.allowsErrors { #expect(stage.gateway.errorLines == [], sourceLocation: sourceLocation) }
    if !plan.isStoppedByTest { try stage.stopNodeManager() }
    let left = ProcessTable.processes(withVariable: "LIMPET_SERVICE").filter {
        $0.value.hasPrefix(folder.path)
    }
    #expect(left.isEmpty, "processes are left: \(left)", sourceLocation: sourceLocation)
}
