internal import Affinity
internal import Configuration
internal import Monitoring
internal import Platform
internal import Runtime
internal import TLS

/// One worker's connections to one platform service: the idle ones, newest first, and the count of those in use.
final class UpstreamPool {
    /// What asking for a connection came to.
    enum Lease {
        /// An idle one: it can be written to at once.
        case ready(UpstreamConnection)
        /// A new one: the exchange is told when it is there.
        case connecting(UpstreamConnection)
        /// A stream of one that several share: the exchange is told when that is there, unless it is already.
        case stream(ServiceStream)
        /// As many are in use as may be.
        case exhausted
        /// The kernel refused at once.
        case failed(SystemError)
    }

    /// A connection that has been idle for longer is looked at before it is used for what can't be repeated.
    private static let trustedIdle = Duration.milliseconds(100)
    /// How long idle connections beyond their limit are kept: load comes in waves, and those that one wave has left are
    /// wanted by the next. Closing them in between would cost a connection for each request.
    private static let surplusPatience: UInt64 = 1_000_000_000

    let worker: Worker
    let instance: InstanceKey
    private(set) var address: SocketAddress?
    /// Counts the addresses that there have been.
    private(set) var addressNumber = 0
    /// TLS to the instance; nil: plain.
    private(set) var security: InstanceSecurity?
    private let sessions = UpstreamSessions()
    /// The instance has left the configuration.
    private(set) var isRetired = false
    private(set) var settings: PoolSettings
    private var idle: [UpstreamConnection] = []
    private(set) var waiting: [Exchange] = []
    /// The exchanges that have chosen the instance, in no order.
    private(set) var users = Roster<Exchange>()
    /// What exchanges have learned of the instance since the control thread was last told.
    let report: InstanceReport
    /// How many connections exchanges use.
    private(set) var inUse = 0
    /// What the last connection that was made has agreed on, where the instance chooses; nil: none was made yet.
    var hasChosenHTTP2: Bool?
    /// How many streams the instance allows on a connection, as far as it has said so.
    var allowedStreams = UInt32.max
    private var isServing = false
    /// Connections that exchanges share, the oldest first.
    var shared: [ServiceSession] = []
    /// Streams that wait to be used.
    var spareStreams: [ServiceStream] = []

    init(worker: Worker, instance: InstanceKey, settings: PoolSettings) {
        self.worker = worker
        self.instance = instance
        report = InstanceReport(instance)
        self.settings = settings
    }

    /// Takes over a new address, new limits and new TLS; idle connections to an old address, or under old TLS, are closed.
    func apply(address: SocketAddress?, settings: PoolSettings, security: InstanceSecurity?) {
        let hasChanged = settings.speech != self.settings.speech
        self.settings = settings
        let isSameTLS = security?.service.context === self.security?.service.context
        self.security = security
        if !isSameTLS { sessions.forget() }
        guard address != self.address || !isSameTLS || hasChanged else { return }
        self.address = address
        addressNumber &+= 1
        hasChosenHTTP2 = nil
        allowedStreams = .max
        closeIdle()
    }

    /// Gives up, because the instance has left the configuration: connections that are in use end with their exchanges.
    /// Answers who waits for one, in their order.
    func retire() -> [Exchange] {
        isRetired = true
        closeIdle()
        let stranded = waiting
        waiting.removeAll()
        return stranded
    }

    /// Whether one more connection may be used.
    private var hasRoom: Bool { hasRoom(usesStreams) }

    private func hasRoom(_ usesStreams: Bool) -> Bool {
        guard usesStreams else { return settings.inUseLimit == 0 || inUse < settings.inUseLimit }
        return settings.inUseLimit == 0 || shared.count < settings.inUseLimit
            || shared.contains { $0.hasRoom }
    }

    /// A connection for `exchange`. `isRepeatable` says whether the request may be sent again if an idle connection
    /// turns out to be dead; `fresh` asks for one that has carried nothing yet, and `avoiding` for another than that.
    func lease(
        for exchange: Exchange, isRepeatable: Bool, fresh: Bool, avoiding former: ServiceSession?
    ) -> Lease {
        let usesStreams = usesStreams && !(isChoosing && exchange.tunnel != nil)
        guard hasRoom(usesStreams) else { return .exhausted }
        if usesStreams { return leaseStream(for: exchange, fresh: fresh, avoiding: former) }
        if !fresh {
            while let connection = idle.popLast() {
                let isTrusted =
                    isRepeatable && worker.loop.now - connection.idleSince < Self.trustedIdle
                if !isTrusted, connection.isStale {
                    connection.close()
                    continue
                }
                inUse &+= 1
                connection.take(for: exchange)
                return .ready(connection)
            }
        }
        guard let address else { return .failed(SystemError.unresolved) }
        do {
            let connection = try UpstreamConnection(
                connecting: Socket.connect(to: address), pool: self, exchange: exchange,
                speech: isChoosing && exchange.tunnel != nil ? .http1 : settings.speech)
            inUse &+= 1
            return .connecting(connection)
        } catch {
            return .failed(error)
        }
    }

    /// Whether each connection speaks what the instance chooses.
    private var isChoosing: Bool { settings.speech == .agreed }

    /// TLS for a connection that has just been made; nil: it stays plain. `isHTTP1`: nothing else will do.
    func secure(_ transport: Transport, isHTTP1: Bool) throws(TLSFailure) -> TLSConnection? {
        guard let security else { return nil }
        return try security.service.context.connect(
            over: transport, serverName: security.names.server, expecting: security.names.expected,
            resuming: security.service.isResumed ? sessions.next() : nil,
            offering: isChoosing && isHTTP1 ? [ApplicationProtocolName.http1] : nil)
    }

    /// Keeps the session of a connection, if it has a new one.
    func keepSession(of tls: TLSConnection) {
        guard let security, security.service.isResumed, let session = tls.takeSession() else { return }
        sessions.keep(session)
    }

    /// `exchange` has chosen the instance.
    func enter(_ exchange: Exchange) {
        users.add(exchange)
    }

    /// `exchange` is over, or goes elsewhere.
    func leave(_ exchange: Exchange) {
        users.remove(exchange)
    }

    /// Puts `exchange` in line for a connection; false if the line is as long as it may be.
    func enqueue(_ exchange: Exchange, limit: Int) -> Bool {
        guard waiting.count < limit else { return false }
        waiting.append(exchange)
        return true
    }

    /// Takes `exchange` out of the line.
    func dequeue(_ exchange: Exchange) {
        waiting.removeAll { $0 === exchange }
    }

    /// Takes a connection back. One that can't be used again, or that there is no room for, is closed.
    func release(_ connection: UpstreamConnection, isReusable: Bool) {
        inUse &-= 1
        if isReusable, isWorthKeeping(connection) {
            let isSurplus = idle.count >= settings.idleLimit
            connection.rest(
                until: worker.loop.now.advanced(
                    byNanoseconds: isSurplus
                        ? min(Self.surplusPatience, settings.idleNanoseconds) : settings.idleNanoseconds))
            idle.append(connection)
        } else {
            connection.close()
        }
        if !waiting.isEmpty { serveWaiting() }
    }

    private func isWorthKeeping(_ connection: UpstreamConnection) -> Bool {
        guard !connection.hasFailed, !connection.hasPendingOutput,
            settings.idleLimit > 0, !worker.isDraining, !isRetired,
            connection.addressNumber == addressNumber
        else { return false }
        // Where reading has not emptied the kernel's buffer, more may be there than the response, or the end: no edge
        // will tell.
        return !connection.mayHaveInput || !connection.isStale
    }

    /// Those in line get their turn as long as there is room. One may fail at once and leave its room to the next: a loop
    /// and no recursion.
    func serveWaiting() {
        guard !isServing else { return }
        isServing = true
        while hasRoom, !waiting.isEmpty {
            let exchange = waiting.removeFirst()
            exchange.resume(choosing: false)
            guard let last = waiting.last, last === exchange else { continue }
            // It is in line again, for want of a descriptor: it stays the first, and the next release tries once more.
            waiting.removeLast()
            waiting.insert(exchange, at: 0)
            break
        }
        isServing = false
    }

    /// An idle connection has waited for as long as it was let: it goes, or was one too many and is so no longer.
    func restIsOver(_ connection: UpstreamConnection) {
        closeSurplus()
        guard connection.phase == .idle else { return }
        let end = connection.idleSince.advanced(byNanoseconds: settings.idleNanoseconds)
        guard end > worker.loop.now else { return discard(connection) }
        worker.loop.setTimer(connection, at: end)
    }

    /// Closes those beyond the limit that have waited in vain, the oldest first.
    private func closeSurplus() {
        var surplus = idle.count &- settings.idleLimit
        guard surplus > 0 else { return }
        let now = worker.loop.now
        idle.removeAll { connection in
            guard surplus > 0, now.nanoseconds(since: connection.idleSince) >= Self.surplusPatience else {
                return false
            }
            surplus &-= 1
            connection.close()
            return true
        }
    }

    /// Closes an idle connection.
    func discard(_ connection: UpstreamConnection) {
        if let index = idle.lastIndex(where: { $0 === connection }) { idle.remove(at: index) }
        connection.close()
    }

    /// The instance has answered with that status; 502 stands for an answer that can't be understood.
    func noteAnswer(status: UInt16) {
        worker.reports.noteAnswer(report, status: status)
    }

    /// An exchange uses a stream, or a connection.
    func useBegins() { inUse &+= 1 }

    /// And does so no more.
    func useEnds() { inUse &-= 1 }

    /// Closes all idle connections.
    func closeIdle() {
        for session in shared { session.closeWhenIdle() }
        for connection in idle { connection.close() }
        idle.removeAll()
    }
}
