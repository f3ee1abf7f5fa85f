internal import Demonstration
internal import Foundation
internal import Platform
internal import TestSupport
internal import Testing

/// Three demo services, a gateway that terminates TLS in front of them, and clients that resume.
final class AffinityStage {
    /// The services, `portal-0@test` to `portal-2@test`.
    private(set) var instances: [DemoInstance] = []
    /// The clients' loop.
    let loop: ClientLoop
    /// The gateway.
    let gateway: GatewayProcess
    /// What the gateway was started with.
    private(set) var plan: StagePlan

    private var clientCount = 0

    fileprivate init(
        _ plan: StagePlan, _ instances: [DemoInstance], _ gateway: GatewayProcess, _ loop: ClientLoop
    ) {
        self.plan = plan
        self.instances = instances
        self.gateway = gateway
        self.loop = loop
    }

    /// Where clients go.
    var target: ClientTarget {
        ClientTarget(
            .ip(IPAddress(v4: 0x7f00_0001), port: gateway.endpoints[0].port),
            authorities: gateway.folder.file("certs/ca.pem"))
    }

    /// Clients that know no session yet.
    func clients(_ kind: ClientKind, _ count: Int) throws -> [ResumingClient] {
        try (0..<count).map { _ in
            clientCount += 1
            return try ResumingClient(kind, name: "client-\(clientCount)", target: target)
        }
    }

    /// Clients that have been there once, all of them with success.
    func settled(_ kind: ClientKind, _ count: Int = 6, sourceLocation: SourceLocation = #_sourceLocation)
        throws
        -> [ResumingClient]
    {
        let clients = try clients(kind, count)
        for client in clients {
            let outcome = try client.visit(on: loop)
            #expect(outcome.succeeded, "\(outcome.record)", sourceLocation: sourceLocation)
            #expect(!outcome.record.isResumed, sourceLocation: sourceLocation)
        }
        return clients
    }

    /// The service with an identity.
    func instance(_ identity: String?) throws -> DemoInstance {
        try #require(instances.first { $0.identity == identity })
    }

    /// Stops a service and starts it again under its identity, at its place.
    func restart(_ instance: DemoInstance, delay: Duration = .zero) throws {
        instance.stop()
        try instance.start(delay: delay)
        #expect(try Deadline().poll { try instance.isWell(loop) })
    }

    /// Starts a service anew at another place under its identity. It answers 503 for `delay`; the gateway must be told.
    func move(_ instance: DemoInstance, delay: Duration) throws {
        instance.stop()
        let moved = try DemoInstance(identity: instance.identity, executable: GatewayBinary.path)
        try moved.start(delay: delay)
        instances = instances.map { $0 === instance ? moved : $0 }
    }

    /// Changes the plan and makes the gateway take it.
    func reload(_ change: (inout StagePlan) -> Void = { _ in }) throws {
        change(&plan)
        try gateway.reload(with: plan.configuration(for: instances))
    }

    /// Waits until new clients reach all services, or all but one.
    func waitForServices(_ count: Int = 3, sourceLocation: SourceLocation = #_sourceLocation) throws {
        var seen: Set<String> = []
        let isComplete = try Deadline().poll {
            for (number, client) in try clients(.stateless13, 6).enumerated() {
                // Each from an address of its own, for association by source.
                let host = 0x7f00_0101 + UInt32((clientCount + number) % 250)
                client.target.source = .ip(IPAddress(v4: host), port: 0)
                if let service = try client.visit(on: loop).servedBy { seen.insert(service) }
            }
            return seen.count >= count
        }
        #expect(isComplete, "only \(seen) answer", sourceLocation: sourceLocation)
    }

    /// What the access log says about an answer.
    func line(of answer: VisitRecord.Answer?) throws -> AccessRecord {
        let path = try #require(answer?.path)
        var found: AccessRecord?
        _ = try Deadline().poll {
            found = try gateway.accessRecords(1).last { $0.text(AccessKey.path) == path }
            return found != nil
        }
        return try #require(found, "no line about \(path)")
    }
}

/// Runs `body` with a stage; the gateway must end in order, without an error in its log.
func withStage(
    _ plan: StagePlan, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (AffinityStage) throws -> Void
) throws {
    let folder = try TemporaryFolder()
    try DevelopmentCertificates.copy(into: folder)
    let instances = try (0..<3).map {
        try DemoInstance(identity: "portal-\($0)@test", executable: GatewayBinary.path)
    }
    defer { for instance in instances { instance.stop() } }
    for instance in instances { try instance.start() }
    let loop = try ClientLoop()
    #expect(try Deadline().poll { try instances.allSatisfy { try $0.isWell(loop) } })
    let configuration = plan.configuration(for: instances)
    try withGateway(configuration, folder: folder, sourceLocation: sourceLocation) { gateway in
        let stage = AffinityStage(plan, instances, gateway, loop)
        defer { for instance in stage.instances { instance.stop() } }
        try stage.waitForServices()
        try body(stage)
    }
}
