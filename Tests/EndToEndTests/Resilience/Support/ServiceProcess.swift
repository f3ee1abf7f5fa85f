internal import Glibc
internal import Platform
internal import TestSupport

/// A platform service in a process of its own (`limpet demo-service`) which can be killed, stopped in its tracks, and
/// started again at its place.
final class ServiceProcess {
    /// `name@node`.
    let identity: String
    /// Where it listens, always.
    let endpoint: Endpoint
    /// Keeps its port while it is down, so that connections are refused.
    private let reservation: Descriptor
    private var child: TestSupport.ChildProcess?

    /// Starts a service, and waits until it listens.
    init(_ identity: String) throws {
        reservation = try Platform.Socket.reserve(.ip(IPAddress(v4: 0x7f00_0001), port: 0))
        endpoint = .ipv4(port: Platform.Socket.localAddress(reservation.number)?.port ?? 0)
        self.identity = identity
        try start()
        guard Deadline().poll(until: { isListening }) else {
            throw HarnessError.timeout(waitingFor: "\(identity) to listen", seen: "nothing")
        }
    }

    /// Starts `count` services, `portal-0@test` and so on.
    static func several(_ count: Int) throws -> [ServiceProcess] {
        try (0..<count).map { try ServiceProcess("portal-\($0)@test") }
    }

    /// Starts it; it listens soon.
    func start() throws {
        child = try TestSupport.ChildProcess(
            GatewayBinary.path, ["demo-service", "--listen", endpoint.text, "--identity", identity],
            descriptors: [nil, 1, 2])
    }

    /// Whether it takes connections.
    var isListening: Bool {
        (try? RawClient(to: endpoint)) != nil
    }

    /// Ends it without warning (KILL), and waits for its end.
    func kill() {
        child?.signal(SIGKILL)
        _ = child?.wait()
        child = nil
    }

    /// Lets it hang: its sockets stay, nothing happens on them (STOP).
    func hang() {
        child?.signal(SIGSTOP)
    }

    /// Lets it go on after `hang` (CONT).
    func goOn() {
        child?.signal(SIGCONT)
    }
}
