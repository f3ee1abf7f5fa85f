public import Affinity
internal import Balancing
internal import Configuration
internal import Framing
public import Interfaces
public import Monitoring
internal import Platform
public import Runtime

/// The gateway's side of the control socket: answers operators' commands and keeps what they want.
///
/// Confined to the control thread's loop.
public final class ControlServer {
    /// How many instances an answer holds at most; who wants more asks again.
    static let instancesPerAnswer = 256
    /// After what time without a request a connection ends.
    static let idleLimit = Duration.seconds(10)

    private let loop: EventLoop
    private let monitor: ServiceMonitor
    private let keeper: WishKeeper
    private let pins: (InstanceKey) -> Int
    private let describe: () -> GatewayReport
    private let interfaces: () -> InterfaceSnapshot?
    private let observe: (AdministrationEvent) -> Void
    private var listener: FrameListener<ControlFrame>?

    /// Puts in force what operators wanted of an earlier gateway, and listens.
    ///
    /// - Parameters:
    ///   - path: the control socket.
    ///   - stateFile: where what operators want is kept.
    ///   - loop: the control thread's.
    ///   - monitor: whose instances are asked for.
    ///   - pins: how many live pins name an instance.
    ///   - describe: what there is to say of the gateway.
    ///   - interfaces: the newest snapshot of the interfaces and sides.
    ///   - observe: what the log should know.
    /// - Throws: why the socket cannot be opened.
    public init(
        path: String, stateFile: String, loop: EventLoop, monitor: ServiceMonitor,
        pins: @escaping (InstanceKey) -> Int, describe: @escaping () -> GatewayReport,
        interfaces: @escaping () -> InterfaceSnapshot?,
        observe: @escaping (AdministrationEvent) -> Void
    ) throws(AdministrationError) {
        self.loop = loop
        self.monitor = monitor
        self.pins = pins
        self.describe = describe
        self.interfaces = interfaces
        self.observe = observe
        keeper = WishKeeper(path: stateFile, observe: observe)
        do {
            try SocketFile.removeStale(path)
        } catch {
            throw error.isAddressTaken ? .taken(path: path) : .socket(path: path, error)
        }
        keeper.restore(to: monitor)
        do {
            listener = try FrameListener(
                path: path, loop: loop, idleLimit: Self.idleLimit,
                refused: { observe(.refused($0)) },
                received: { [unowned self] connection, request in answer(request, over: connection) })
        } catch {
            throw .socket(path: path, error)
        }
    }

    /// The configuration has changed, and may have taken back what operators wanted.
    public func configurationChanged() {
        keeper.keep(of: monitor)
    }

    /// Listens no longer.
    public func stop() {
        listener?.stop()
        listener = nil
    }

    private func answer(_ request: ControlFrame, over connection: FrameConnection<ControlFrame>) {
        switch request {
        case .status(let start): list(from: Int(start), over: connection)
        case .instance(let identity):
            guard let status = monitor.status(of: identity) else {
                return connection.send(.refused(unknown(identity)))
            }
            connection.send(.report(report(status, .now)))
            connection.send(.complete(next: nil))
        case .history(let identity): tellHistory(of: identity, over: connection)
        case .order(let order): connection.send(obey(order))
        case .gateway, .side, .report, .transition, .complete, .done, .refused:
            connection.send(.refused("that is no request"))
        }
    }

    private func list(from start: Int, over connection: FrameConnection<ControlFrame>) {
        let clock = ClockPair.now
        if start == 0 {
            connection.send(.gateway(describe()))
            for side in interfaces().map({ SideStatus.all(of: $0, clock) }) ?? [] {
                connection.send(.side(side))
            }
        }
        // One more than fits says whether there is more.
        let found = monitor.statuses(from: start, count: Self.instancesPerAnswer + 1)
        for status in found.prefix(Self.instancesPerAnswer) {
            connection.send(.report(report(status, clock)))
        }
        let isWhole = found.count <= Self.instancesPerAnswer
        connection.send(.complete(next: isWhole ? nil : UInt32(start + Self.instancesPerAnswer)))
    }

    private func report(_ status: InstanceStatus, _ clock: ClockPair) -> InstanceReport {
        InstanceReport(status, pins: pins(status.key), clock: clock)
    }

    private func tellHistory(of identity: String, over connection: FrameConnection<ControlFrame>) {
        guard let status = monitor.status(of: identity) else {
            return connection.send(.refused(unknown(identity)))
        }
        let clock = ClockPair.now
        for transition in monitor.history(of: status.key) {
            connection.send(
                .transition(
                    TransitionReport(
                        from: transition.from, to: transition.to, at: clock.milliseconds(at: transition.at),
                        incarnation: transition.incarnation, cause: "\(transition.cause)")))
        }
        connection.send(.complete(next: nil))
    }

    private func obey(_ order: AdministrativeOrder) -> ControlFrame {
        guard let status = monitor.status(of: order.identity) else {
            return .refused(unknown(order.identity))
        }
        monitor.set(order.state, of: status.key, drain: order.state == .draining ? order.drain : nil)
        let warning = keeper.keep(of: monitor).map { "it is not kept for a restart: \($0)" } ?? ""
        var sentence = "\(order.identity): \(order.state.name)"
        if let deadline = monitor.status(of: order.identity)?.drainDeadline {
            sentence += ", its clients go elsewhere in \(DurationText.write(deadline - loop.now))"
        }
        observe(.ordered(sentence))
        return .done(sentence, warning: warning)
    }

    private func unknown(_ identity: String) -> String {
        let sentence = "there is no instance \(Spelling.quoted(identity))"
        guard let nearest = Spelling.nearest(to: identity, among: monitor.identities) else { return sentence }
        return sentence + ", but \(Spelling.quoted(nearest))"
    }
}
