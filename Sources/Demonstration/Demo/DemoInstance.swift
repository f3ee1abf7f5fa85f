public import Platform

/// A demo service in a process of its own, which can be stopped and started again under its identity.
public final class DemoInstance {
    /// `name@node`.
    public let identity: String
    /// Where it listens, always.
    public let address: SocketAddress
    private let executable: String
    /// Bound without listening: while the service is down its port stays its own, and connections are refused.
    private let reservation: Descriptor
    private var process: ChildProcess?

    /// Reserves a port on 127.0.0.1. `executable` is the program `limpet`.
    public init(identity: String, executable: String) throws(DemonstrationError) {
        do throws(SystemError) {
            let reservation = try Socket.reserve(.ip(IPAddress(v4: 0x7f00_0001), port: 0))
            guard let address = Socket.localAddress(reservation.number) else {
                throw SystemError("getsockname", number: 0)
            }
            self.reservation = reservation
            self.address = address
        } catch {
            throw .system(what: identity, error)
        }
        self.identity = identity
        self.executable = executable
    }

    /// Starts it; it answers 503 for `delay`.
    public func start(delay: Duration = .zero) throws(DemonstrationError) {
        let milliseconds = delay.clampedNanoseconds / 1_000_000
        do {
            process = try ChildProcess(
                executable,
                [
                    "demo-service", "--listen", "\(address)", "--identity", identity, "--start-delay",
                    "\(milliseconds)ms",
                ],
                descriptors: [nil, 1, 2])
        } catch {
            throw .system(what: identity, error)
        }
    }

    /// Stops it, in order (TERM).
    public func stop() {
        process?.stop(grace: .seconds(2))
        process = nil
    }

    /// Ends it without warning (KILL).
    public func kill() {
        process?.kill()
        process = nil
    }

    /// Whether it answers that it is well.
    public func isWell(_ loop: ClientLoop) throws(DemonstrationError) -> Bool {
        if let process, !process.isRunning {
            throw .program(name: "limpet demo-service", cause: "has ended", said: "")
        }
        let plan = VisitPlan(address: address, paths: ["/healthz"], patience: .seconds(2))
        let visit = Visit(plan, context: nil, loop: loop.loop)
        try loop.run([visit])
        return visit.record.answers.first?.status == 200
    }
}
