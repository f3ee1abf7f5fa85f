internal import Foundation
internal import Glibc

/// The gateway, run as its users run it: a configuration file, signals, sd_notify(3), its log and access log.
public final class GatewayProcess: Sendable {
    /// The last bytes of a log that a report shows.
    private static let shownBytes = 20_000

    /// Where it listens, in the order of its configuration.
    public let endpoints: [Endpoint]
    /// The folder of its configuration and whatever else a test puts there.
    public let folder: TemporaryFolder
    let child: ChildProcess
    let notifications: NotifySocket
    let output: OutputCollector
    let errors: OutputCollector
    private let addresses: [String]
    /// Keeps the ports that the gateway opens itself from everybody else.
    private let reservations: [Socket]

    /// Starts the gateway, and waits until it is ready. `folder` may hold files that the configuration names.
    public init(_ configuration: GatewayConfiguration, folder: TemporaryFolder? = nil) throws {
        let folder = try folder ?? TemporaryFolder()
        var plan = try ListenerPlan(configuration.listeners)
        if let name = configuration.activationName { plan.addresses[0] = "systemd:\(name)" }
        try folder.write(configuration.text(addresses: plan.addresses), to: "limpet.yaml")
        notifications = try NotifySocket(path: folder.file("notify"))
        output = try OutputCollector()
        errors = try OutputCollector()
        let inherited: [Int32?] = [nil, output.writer.descriptor, errors.writer.descriptor]
        var environment = ["NOTIFY_SOCKET": notifications.path]
        var program = [GatewayBinary.path, "run", "-c", folder.file("limpet.yaml")]
        if let name = configuration.activationName {
            environment["LISTEN_FDS"] = "1"
            environment["LISTEN_FDNAMES"] = name
            // Only the process itself knows its identifier, which stays the same over exec.
            program = ["/bin/sh", "-c", "LISTEN_PID=$$ exec \"$@\"", "sh"] + program
        }
        child = try ChildProcess(
            program[0], Array(program.dropFirst()), environment: environment,
            descriptors: inherited + plan.inherited.map(\.descriptor))
        output.writer.close()
        errors.writer.close()
        self.folder = folder
        addresses = plan.addresses
        endpoints = plan.endpoints
        reservations = plan.reserved
        // A gateway that ends instead would be waited for in vain: ask for both, in short turns.
        let deadline = Deadline()
        let isReady = try deadline.poll(every: .zero) {
            try notifications.wait(for: "READY=1", until: Deadline(in: .milliseconds(200)))
                || !child.isRunning
        }
        guard isReady, child.isRunning else {
            child.signal(SIGKILL)
            throw HarnessError.gateway("the gateway did not become ready", log: log)
        }
    }

    /// A new client of the first listener, or of another one.
    public func connect(
        listener: Int = 0, from source: String? = nil, receiveBuffer: Int32? = nil
    ) throws -> RawClient {
        try RawClient(to: endpoints[listener], from: source, receiveBuffer: receiveBuffer)
    }

    /// What it said about itself, its configuration and its access log, for a report.
    public var log: String {
        let configuration = (try? String(contentsOfFile: folder.file("limpet.yaml"), encoding: .utf8)) ?? ""
        let said = Array(errors.bytes.suffix(Self.shownBytes)).text
        let access = Array(output.bytes.suffix(Self.shownBytes)).text
        return """
            --- configuration
            \(configuration)--- log (\(child.wait(until: Deadline(in: .zero)).map { "\($0)" } ?? "running"))
            \(said)--- access log
            \(access)---
            """
    }

    /// The lines of its log that tell of an error, a crash or a sanitizer's finding.
    public var errorLines: [String] {
        errors.bytes.text.split(separator: "\n").map(String.init).filter(Self.tellsOfError)
    }

    private static func tellsOfError(_ line: String) -> Bool {
        let signs = [
            " error ", " critical ", "[error]", "[critical]", "level=error", "level=critical", "\"error\"",
            "\"critical\"", "ERROR", "Fatal error", "Sanitizer", "runtime error",
        ]
        return signs.contains { line.contains($0) }
    }

    /// The lines of its log so far.
    public var logLines: [String] {
        errors.bytes.text.split(separator: "\n").map(String.init)
    }

    /// Waits for a line of the log that contains `text`; false when none came.
    public func waitForLog(_ text: String, until deadline: Deadline = Deadline()) -> Bool {
        errors.wait(until: deadline) { $0.contains(text: text) ? true : nil } ?? false
    }

    /// Waits until that many lines of the log contain `text`; false when they did not come.
    public func waitForLog(_ text: String, times: Int, until deadline: Deadline = Deadline()) -> Bool {
        errors.wait(until: deadline) { bytes in
            let lines = bytes.split(separator: 0x0A)
            return lines.count(where: { Array($0).contains(text: text) }) >= times ? true : nil
        } ?? false
    }

    /// Waits until it has told its service manager something that begins so.
    public func waitForNotification(
        _ text: String, after start: Int = 0, until deadline: Deadline = Deadline()
    )
        throws -> Bool
    {
        try notifications.wait(for: text, after: start, until: deadline)
    }

    /// Waits for that many lines of the access log, and answers all lines.
    public func accessRecords(_ count: Int, until deadline: Deadline = Deadline()) throws -> [AccessRecord] {
        let bytes = output.wait(until: deadline) { bytes in
            bytes.count(where: { $0 == 0x0A }) >= count ? bytes : nil
        }
        guard let bytes else {
            throw HarnessError.timeout(
                waitingFor: "\(count) lines of the access log", seen: output.bytes.readable)
        }
        return try bytes.split(separator: 0x0A).map { try AccessRecord(Array($0)) }
    }

    /// Writes another configuration with the same listeners, sends HUP, and waits until the reload is over.
    public func reload(with configuration: GatewayConfiguration? = nil) throws {
        if let configuration { try rewrite(configuration) }
        let before = notifications.seen.count
        child.signal(SIGHUP)
        for step in ["RELOADING=1", "READY=1"] {
            guard try notifications.wait(for: step, after: before, until: Deadline()) else {
                throw HarnessError.gateway("no \(step) after HUP", log: log)
            }
        }
    }

    /// Writes another configuration with the same listeners, and tells nobody.
    public func rewrite(_ configuration: GatewayConfiguration) throws {
        try folder.write(configuration.text(addresses: addresses), to: "limpet.yaml")
    }

    /// Writes another configuration with the same listeners, sends HUP, and waits for nothing.
    public func hangUp(with configuration: GatewayConfiguration) throws {
        try rewrite(configuration)
        child.signal(SIGHUP)
    }

    /// Sends USR1, at which the access log is opened again.
    public func reopenLogs() {
        child.signal(SIGUSR1)
    }

    /// Sends INT without waiting for anything.
    public func interrupt() {
        child.signal(SIGINT)
    }

    /// Sends TERM without waiting for anything.
    public func requestTermination() {
        child.signal(SIGTERM)
    }

    /// Waits until it says that it stops.
    public func waitForStopping() throws {
        guard try notifications.wait(for: "STOPPING=1", until: Deadline()) else {
            throw HarnessError.gateway("no STOPPING=1", log: log)
        }
    }

    /// Sends TERM, unless it has ended by itself, and waits for the end.
    public func terminate(until deadline: Deadline = Deadline()) throws -> ChildProcess.Ending {
        child.signal(SIGTERM)
        guard let ending = child.wait(until: deadline) else {
            let shown = log
            child.signal(SIGKILL)
            throw HarnessError.gateway("the gateway still ran \(Deadline.patience) after TERM", log: shown)
        }
        guard output.waitForEnd(until: deadline), errors.waitForEnd(until: deadline) else {
            throw HarnessError.gateway("somebody still holds the gateway's output", log: log)
        }
        return ending
    }

    /// Whether a child of it is left, and stays. What ends together with it, as the helper of a sanitizer does, may take
    /// a moment to go.
    public var hasLeftProcesses: Bool {
        !Deadline().poll { !child.hasLeftProcesses }
    }

    /// Its resident memory in bytes.
    public var residentBytes: Int {
        child.residentBytes ?? 0
    }

    /// How many descriptors it has open.
    public var descriptorCount: Int {
        child.descriptorCount ?? 0
    }

    /// Waits until it has at most `count` descriptors open; answers how many it has.
    public func descriptors(comeDownTo count: Int, until deadline: Deadline = Deadline()) -> Int {
        _ = deadline.poll { descriptorCount <= count }
        return descriptorCount
    }
}
