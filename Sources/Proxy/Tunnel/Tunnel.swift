internal import HTTP2
internal import Platform
internal import Runtime

/// What a request asks for that wants its connection to carry something other than HTTP, and, once the service has agreed,
/// how far that has come. Its exchange carries the bytes; this keeps the time. Thread-confined.
final class Tunnel: EventHandler, RosterMember {
    /// What was asked for.
    enum Request {
        /// CONNECT.
        case connect
        /// The protocol of that name. Empty, unless it is a WebSocket: `acceptance`, what the service has to say to the
        /// handshake; `key`, the nonce that it answers, if the client has sent none.
        case upgrade(name: [UInt8], key: [UInt8], acceptance: [UInt8])
    }

    let request: Request
    private unowned let exchange: Exchange
    private let worker: Worker
    /// Whether both sides have agreed, and bytes flow.
    private(set) var isOpen = false
    /// Among the worker's open tunnels.
    var rosterPlace = 0
    /// The client has said all that it has to say, and the service knows.
    var hasClientEnded = false
    /// The same the other way round.
    var hasServiceEnded = false
    /// The service has ended without a close_notify where there is TLS: what has come is passed on, but not as all.
    var isRagged = false
    /// Its stream has ended in order, but the service has not yet taken all.
    var isOrphan = false
    private var patience: TunnelPatience
    /// When its instance's time is over; nil while it is not limited.
    private(set) var retirement: MonotonicTime?

    init(_ request: Request, for exchange: Exchange) {
        self.request = request
        self.exchange = exchange
        worker = exchange.worker
        patience = TunnelPatience(at: worker.loop.now)
        super.init()
    }

    /// The name of the protocol; empty for CONNECT.
    var protocolName: [UInt8] {
        switch request {
        case .connect: []
        case .upgrade(let name, _, _): name
        }
    }

    /// How a service is asked on a stream; nil: there is no form for it. `allowsExtended`: whether it takes CONNECT in its
    /// extended form.
    func form(allowsExtended: Bool) -> TunnelForm? {
        switch request {
        case .connect: .connect
        case .upgrade(_, _, let acceptance):
            allowsExtended && !acceptance.isEmpty ? .webSocket(acceptance: acceptance) : nil
        }
    }

    /// Both sides have agreed.
    func open() {
        isOpen = true
        worker.loop.attach(self)
        worker.add(self)
        retirement = worker.retirement(of: self)
    }

    /// It is over.
    func close() {
        guard isOpen else { return }
        isOpen = false
        worker.loop.detach(self)
        worker.remove(self)
    }

    /// Waits for more to move, but not for ever; answers until when.
    func wait(
        traffic: UInt64, client: TunnelPatience.Output, service: TunnelPatience.Output
    ) -> MonotonicTime {
        let timeouts = exchange.deployment.timeouts
        let limits = TunnelPatience.Limits(
            idle: timeouts.tunnel, halfClosedIdle: timeouts.response, send: timeouts.send)
        let quiet = patience.deadline(
            traffic: traffic, client: client, service: service,
            isHalfClosed: hasClientEnded || hasServiceEnded, limits: limits, at: worker.loop.now)
        let deadline = retirement.map { min($0, quiet) } ?? quiet
        worker.loop.setTimer(self, at: deadline)
        return deadline
    }

    /// Lets the tunnel go on until `moment` at the latest; nil: as long as it wants.
    func retire(at moment: MonotonicTime?) {
        guard retirement != moment else { return }
        retirement = moment
        exchange.waitInTunnel()
    }

    /// Whether it has gone on for as long as its instance lets it.
    var isRetired: Bool { retirement.map { $0 <= worker.loop.now } ?? false }

    /// Where the tunnel leads.
    var destination: Exchange { exchange }

    override func timerFired() {
        exchange.tunnelTimedOut()
    }
}
