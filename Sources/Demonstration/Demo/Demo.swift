internal import Foundation
internal import Platform

/// The main job on real input: three services, two gateways, and clients that resume in all four ways while a service
/// stops and comes back, ticket keys rotate and the certificate changes.
///
/// Two gateways, because what a TLS 1.3 client gets is the gateway's choice: one seals tickets, the other keeps the
/// sessions itself.
public final class Demo {
    /// For how long clients come.
    private static let livingTime = Duration.seconds(24)
    private static let serverName = "limpet.test"

    private let settings: DemoSettings
    private let say: (String) -> Void
    private let interruption: Interruption
    private let folder: DemoFolder
    private let instances: [DemoInstance]
    private var gateways: [DemoGateway] = []
    private let loop: ClientLoop
    private var events = DemoEvents()

    /// Prepares it: call it before any thread is started. `say` takes lines for the terminal.
    public init(_ settings: DemoSettings, say: @escaping (String) -> Void) throws(DemonstrationError) {
        self.settings = settings
        self.say = say
        interruption = try Interruption()
        loop = try ClientLoop()
        folder = try DemoFolder(settings)
        var instances: [DemoInstance] = []
        for number in 1...3 {
            instances.append(
                try DemoInstance(identity: "portal-\(number)@a", executable: settings.executable))
        }
        self.instances = instances
    }

    /// Runs it. Whatever it started has ended on return.
    ///
    /// - Returns: whether every promise held.
    public func run() throws(DemonstrationError) -> Bool {
        defer { for instance in instances { instance.stop() } }
        do {
            try start()
            let judgement = try observe()
            say("\n" + DemoReport.table(judgement.summaries))
            say("\n" + DemoReport.promises(judgement.promises))
            say("\nTo try by hand" + (settings.stays ? ":" : " while it runs (scripts/demo --stay):"))
            say(DemoReport.commands(gateways[0], gateways[1], folder: folder))
            if settings.stays { try stay() }
            for gateway in gateways { try gateway.stop() }
            say(judgement.holds ? "\nEvery promise held." : "\nNOT every promise held.")
            return judgement.holds
        } catch {
            for gateway in gateways { try? gateway.stop() }
            throw error
        }
    }

    // MARK: Steps

    private func start() throws(DemonstrationError) {
        for instance in instances { try instance.start() }
        for resumption in ["both", "stateful"] {
            gateways.append(
                try DemoGateway(
                    resumption: resumption, instances: instances, folder: folder,
                    executable: settings.executable))
        }
        for gateway in gateways { try gateway.waitUntilReady() }
        for gateway in gateways { try waitForAll(of: gateway) }
        let services = instances.map { "\($0.identity) at \($0.address)" }.joined(separator: ", ")
        say("services: \(services)")
        say(
            "gateways: \(gateways.map { "\($0.address) (resumption: \($0.resumption))" }.joined(separator: ", "))"
        )
    }

    /// Waits until new clients reach all services.
    private func waitForAll(of gateway: DemoGateway) throws(DemonstrationError) {
        var seen: Set<String> = []
        try interruption.wait(for: "an answer of every service", within: .seconds(15)) {
            () throws(DemonstrationError) in
            try gateway.check()
            let client = try ResumingClient(.stateless13, name: "first", target: target(gateway))
            let outcomes = try client.visitAnew(on: loop, times: 6)
            seen.formUnion(outcomes.compactMap(\.servedBy))
            return seen.count == instances.count
        }
    }

    private func observe() throws(DemonstrationError) -> DemoJudgement {
        var plan = PopulationPlan(targets: [:])
        for kind in ClientKind.allCases {
            plan.targets[kind] = target(gateways[kind.needsStatefulGateway ? 1 : 0])
        }
        plan.clients = settings.clients
        plan.rounds = settings.connections
        plan.pace = Self.livingTime / settings.connections
        say(
            "clients: \(plan.clients) of each kind come \(plan.rounds) times within "
                + "\(Self.livingTime.components.seconds) s, two of five with parallel connections; ticket keys "
                + "rotate every \(DemoConfiguration.rotationSeconds) s")
        let population = try ClientPopulation(plan)
        let began = MonotonicTime.now
        let outcomes = try population.run { () throws(DemonstrationError) in
            let before = try certificate()
            let making = try makeCertificates()
            try watch(until: began + .seconds(5))
            try restartService(since: began)
            try watch(until: began + .seconds(14))
            try finish(making)
            for gateway in gateways { try gateway.reload() }
            events.certificates = [before, try certificate()]
            say("\(moment(since: began)): a new certificate is served, both gateways have reloaded (HUP)")
            try watch(until: max(began + Self.livingTime, .now + .seconds(3)))
        }
        return DemoJudgement(outcomes, log: try readLogs(outcomes), events: events)
    }

    private func restartService(since began: MonotonicTime) throws(DemonstrationError) {
        let instance = instances[1]
        events.stopped = instance.identity
        let before = try incarnation(of: instance)
        instance.stop()
        say("\(moment(since: began)): \(instance.identity) is stopped")
        try watch(until: .now + .seconds(5))
        try instance.start(delay: .milliseconds(500))
        try interruption.wait(for: "the restart of \(instance.identity)", within: .seconds(10)) {
            () throws(DemonstrationError) in
            try instance.isWell(loop)
        }
        events.incarnations = [before, try incarnation(of: instance)]
        say("\(moment(since: began)): \(instance.identity) is back under its identity")
    }

    /// Lets time pass, with an eye on the gateways.
    private func watch(until deadline: MonotonicTime) throws(DemonstrationError) {
        while MonotonicTime.now < deadline {
            for gateway in gateways { try gateway.check() }
            try interruption.wait(until: min(deadline, .now + .milliseconds(500)))
        }
    }

    private func stay() throws(DemonstrationError) {
        say("\nIt stays until INT (ctrl-c). Configurations and logs: \(folder.path)")
        do {
            while true { try watch(until: .now + .seconds(3600)) }
        } catch .interrupted {
            say("")
        }
    }

    // MARK: Details

    private func target(_ gateway: DemoGateway) -> ClientTarget {
        ClientTarget(
            gateway.address, serverName: Self.serverName, authorities: folder.file("certs/ca.pem"))
    }

    /// What a full handshake shows.
    private func certificate() throws(DemonstrationError) -> [UInt8] {
        let client = try ResumingClient(.stateless13, name: "certificate", target: target(gateways[0]))
        let outcome = try client.visit(on: loop)
        guard let digest = outcome.record.certificateDigest else { throw .timeout(what: "a certificate") }
        return digest
    }

    private func incarnation(of instance: DemoInstance) throws(DemonstrationError) -> String {
        let visit = Visit(
            VisitPlan(address: instance.address, patience: .seconds(5)), context: nil, loop: loop.loop)
        try loop.run([visit])
        guard let answer = visit.record.answers.first else {
            throw .timeout(what: "an answer of \(instance.identity)")
        }
        return answer.incarnation
    }

    /// Begins to make new server certificates with new keys, where the gateways will read them.
    private func makeCertificates() throws(DemonstrationError) -> ChildProcess {
        let script = URL(fileURLWithPath: settings.certificates).deletingLastPathComponent()
            .appendingPathComponent("make").path
        let log = try folder.log("certificates.log")
        do {
            return try ChildProcess(
                script, ["--renew", "--quiet", "--into", folder.file("certs")],
                descriptors: [nil, log.fileDescriptor, log.fileDescriptor])
        } catch {
            throw .system(what: script, error)
        }
    }

    private func finish(_ making: ChildProcess) throws(DemonstrationError) {
        try interruption.wait(for: "a new certificate", within: .seconds(40)) { !making.isRunning }
        guard making.wait(until: .now) == .exited(0) else {
            throw .program(name: "certs/make", cause: "failed", said: folder.tail("certificates.log"))
        }
    }

    /// The access logs, as soon as all requests stand in them.
    private func readLogs(_ outcomes: [VisitOutcome]) throws(DemonstrationError) -> AccessLog {
        let paths = outcomes.flatMap { $0.record.answers.map(\.path) }
        let files = gateways.map(\.accessLog)
        let deadline = MonotonicTime.now + .seconds(5)
        while true {
            let log = try AccessLog(files: files)
            if paths.allSatisfy({ log[$0] != nil }) || MonotonicTime.now > deadline { return log }
            try interruption.wait(until: .now + .milliseconds(100))
        }
    }

    private func moment(since began: MonotonicTime) -> String {
        let tenths = (MonotonicTime.now - began).clampedNanoseconds / 100_000_000
        return "after \(tenths / 10).\(tenths % 10) s"
    }
}
