internal import Framing
internal import Platform
internal import Runtime

/// The command's side of the control socket: asks and waits for the answer.
public final class ControlClient {
    private let patience: Duration
    private let loop: EventLoop
    private var connection: FrameConnection<ControlFrame>?
    private var alarm: Alarm?
    private var answers: [ControlFrame] = []
    private var end: FrameConnectionEnd?

    /// Connects to the gateway that listens at `path`. Each answer may take `patience`.
    public init(path: String, patience: Duration = .seconds(10)) throws(AdministrationError) {
        self.patience = patience
        do {
            loop = try EventLoop()
            let descriptor = try Socket.connect(to: .unix(path: path))
            connection = try FrameConnection(
                adopting: descriptor, loop: loop,
                received: { [unowned self] _, answer in hear(answer) },
                ended: { [unowned self] _, end in
                    self.end = end
                    loop.stop()
                })
        } catch {
            throw error.isAbsence ? .notRunning(path: path) : .unreachable(path: path, error)
        }
        let alarm = Alarm { [unowned self] in loop.stop() }
        loop.attach(alarm)
        self.alarm = alarm
    }

    /// Lets go of the gateway.
    public func close() {
        connection?.close()
        connection = nil
        if let alarm { loop.detach(alarm) }
    }

    /// What the gateway answers to a request, up to the last word of its answer; a refusal is thrown.
    public func ask(_ request: ControlFrame) throws(AdministrationError) -> [ControlFrame] {
        answers = []
        connection?.send(request)
        if let alarm { loop.setTimer(alarm, at: .now + patience) }
        do {
            while answers.last?.isLast != true, end == nil, alarm?.hasRung == false { try loop.run() }
        } catch {
            throw .ended(.closed)
        }
        if case .refused(let reason) = answers.last { throw .refused(reason) }
        if answers.last?.isLast == true { return answers }
        throw end.map { .ended($0) } ?? .noAnswer(patience)
    }

    /// What a gateway answers to who asks for everything.
    public struct Status {
        /// The gateway itself.
        public var gateway: GatewayReport?
        /// The sides of its appliance.
        public var sides: [SideStatus] = []
        /// All instances.
        public var instances: [InstanceReport] = []
    }

    /// The gateway, the sides of its appliance, and all its instances.
    public func status() throws(AdministrationError) -> Status {
        var status = Status()
        var next: UInt32? = 0
        while let start = next {
            for answer in try ask(.status(from: start)) {
                switch answer {
                case .gateway(let report): status.gateway = report
                case .side(let side): status.sides.append(side)
                case .report(let report): status.instances.append(report)
                case .complete(let following):
                    // A gateway that did not go on would be asked for ever.
                    next = following.flatMap { $0 > start ? $0 : nil }
                default: break
                }
            }
        }
        return status
    }

    private func hear(_ answer: ControlFrame) {
        answers.append(answer)
        if answer.isLast { loop.stop() }
    }

    private final class Alarm: EventHandler {
        private let work: () -> Void
        private(set) var hasRung = false

        init(_ work: @escaping () -> Void) {
            self.work = work
        }

        override func timerFired() {
            hasRung = true
            work()
        }
    }
}
