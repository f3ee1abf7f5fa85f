internal import Platform

/// One platform service of the demonstration, which can be stopped and started again under its identity.
final class DemoInstance {
    /// `name@node`.
    let identity: String
    /// Where it listens, always.
    let address: SocketAddress
    private let executable: String
    /// Bound without listening: while the service is down its port stays its own, and connections are refused.
    private let reservation: Descriptor
    private var process: ChildProcess?

    /// Reserves a port.
    init(identity: String, executable: String) throws(DemonstrationError) {
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
    func start(delay: Duration = .zero) throws(DemonstrationError) {
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

    /// Stops it.
    func stop() {
        process?.stop(grace: .seconds(2))
        process = nil
    }

    /// Whether it answers that it is well.
    func isWell(_ loop: ClientLoop) throws(DemonstrationError) -> Bool {
        if let process, !process.isRunning {
            throw .program(name: "limpet demo-service", cause: "has ended", said: "")
        }
        let plan = VisitPlan(address: address, paths: ["/healthz"], patience: .seconds(2))
        let visit = Visit(plan, context: nil, loop: loop.loop)
        try loop.run([visit])
        return visit.record.answers.first?.status == 200
    }
}
