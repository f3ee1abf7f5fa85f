internal import HTTP2
internal import Platform
internal import Runtime

/// A connection to a platform service that speaks HTTP/2, and the streams of the exchanges that share it. Thread-confined.
///
/// Exchanges speak from within their own events; what they say leaves, and what it leads to is told, when the loop visits
/// the connection again. So nobody is called back from within a call, and what several of them say leaves together.
final class ServiceSession {
    private unowned let pool: UpstreamPool
    private let loop: EventLoop
    /// What carries it.
    private(set) var connection: UpstreamConnection
    private let session: RequestSession
    /// Those that wait for the connection to be made.
    private var joined: [ServiceStream] = []
    private var isConnected = false
    private var isRetired = false
    private var isFlushing = false
    private(set) var isClosed = false
    /// How many exchanges there are.
    private var exchangeCount = 0

    /// How often is read, and how often streams are told what has happened, before others get their turn.
    private static let turnLimit = 16
    private static let roundLimit = 8
    /// How much is read at once.
    private static let readBytes = 64 << 10
    /// How many streams may wait for the service to say that its whole response was whole.
    private static let lingerLimit = 16

    /// Begins to connect.
    init(connecting descriptor: consuming Descriptor, pool: UpstreamPool, settings: SessionSettings)
        throws(SystemError)
    {
        self.pool = pool
        loop = pool.worker.loop
        session = try Self.makeSession(settings, loop)
        session.expectedStreams = max(1, pool.allowedStreams)
        connection = try UpstreamConnection(
            connecting: descriptor, pool: pool, exchange: nil, speech: pool.settings.speech)
        connection.session = self
    }

    /// Goes on with a connection that is there.
    init(over connection: UpstreamConnection, pool: UpstreamPool, settings: SessionSettings)
        throws(SystemError)
    {
        self.pool = pool
        loop = pool.worker.loop
        session = try Self.makeSession(settings, loop)
        session.expectedStreams = max(1, pool.allowedStreams)
        self.connection = connection
        isConnected = true
        connection.session = self
        loop.revisit(connection)
    }

    private static func makeSession(
        _ settings: SessionSettings, _ loop: EventLoop
    ) throws(SystemError) -> RequestSession {
        do {
            return try RequestSession(settings, buffers: loop.buffers, at: loop.now)
        } catch {
            throw SystemError.outOfMemory("nghttp2_session_client_new")
        }
    }

    // MARK: Exchanges

    /// Whether one more exchange may join.
    var hasRoom: Bool { !isClosed && !isRetired && session.room > joined.count }
    /// Whether it takes exchanges, if not now.
    var takesMore: Bool { !isClosed && !isRetired && session.isOpen }
    /// Whether it had carried requests before.
    var hasServed: Bool { session.requestCount > 0 }
    /// Whether one more stream may be left as it is.
    var mayLinger: Bool { session.streamCount &- exchangeCount < Self.lingerLimit }
    /// Whether the service takes CONNECT in its extended form.
    var allowsExtendedConnect: Bool { session.allowsExtendedConnect }

    /// Whether the request of `exchange` may leave at once. One that depends on what the service allows waits for its word.
    func isReady(for exchange: Exchange) -> Bool {
        isConnected && (exchange.tunnel == nil || session.hasSettings)
    }

    /// A stream for `exchange`.
    func join(_ stream: ServiceStream, for exchange: Exchange) {
        exchangeCount &+= 1
        pool.useBegins()
        if isConnected, exchangeCount == 1 { loop.clearTimer(connection) }
        stream.join(self, for: exchange)
        joined.append(stream)
    }

    /// An exchange has left before it could ask.
    func unjoin(_ stream: ServiceStream) {
        joined.removeAll { $0 === stream }
        parted()
    }

    /// Makes a request.
    func ask(
        _ head: ByteBuffer, on stream: ServiceStream, tunnel: TunnelForm?, acceptsTrailers: Bool, isLast: Bool
    ) {
        joined.removeAll { $0 === stream }
        stream.begin(
            head.readable, on: session, tunnel: tunnel, isSecure: connection.isSecure,
            acceptsTrailers: acceptsTrailers, isLast: isLast)
    }

    /// An exchange has left its stream.
    func parted() {
        exchangeCount &-= 1
        pool.useEnds()
        guard !isClosed else { return }
        guard isConnected || exchangeCount > 0 else { return close() }
        if exchangeCount == 0, isConnected { rest() }
        loop.revisit(connection)
    }

    /// Sends what would be too much to gather, and the rest with what others say.
    func settle() {
        guard !isClosed else { return }
        while session.isOutputFull, !connection.transport.hasPendingOutput {
            send()
            session.isBlocked = connection.transport.hasPendingOutput
            session.pump()
        }
        loop.revisit(connection)
    }

    /// Takes no more exchanges; those that are there go on.
    func retire() {
        isRetired = true
        if !isClosed { loop.revisit(connection) }
    }

    // MARK: The connection

    /// The connection is there.
    func connected() {
        isConnected = true
        serveWaiting()
        settle()
    }

    private func serveWaiting() {
        let waiting = joined
        for stream in waiting where stream.owner === self {
            guard let exchange = stream.exchange, isReady(for: exchange) else { continue }
            exchange.connected()
        }
    }

    /// There will be no connection.
    func couldNotConnect(_ fault: ConnectFault) {
        isRetired = true
        let waiting = joined
        for stream in waiting where stream.owner === self { stream.exchange?.couldNotConnect(fault) }
        close()
    }

    /// The connection is not one that exchanges share. Answers the streams of those that have waited for it.
    func dissolve() -> [ServiceStream] {
        isClosed = true
        pool.forget(self)
        session.close()
        connection.session = nil
        return joined
    }

    /// The service has sent or taken something, or it is the session's turn.
    func ready() {
        var turns = 0
        while !isClosed, session.end == nil, !session.isCongested {
            guard turns < Self.turnLimit else {
                loop.revisit(connection)
                break
            }
            turns &+= 1
            guard receive() else { break }
            session.deliver()
        }
        let wasCongested = session.isCongested
        flush()
        // No edge tells when it may go on.
        if wasCongested, !isClosed, !session.isCongested { loop.revisit(connection) }
    }

    /// Reads once. False if there is nothing more.
    private func receive() -> Bool {
        let buffer = loop.buffers.take(capacity: Self.readBytes)
        defer { loop.buffers.give(buffer) }
        var transfer = Socket.Transfer.wouldBlock
        unsafe buffer.withWritableBytes(minimum: Self.readBytes) { room in
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: room.prefix(Self.readBytes))
            transfer = unsafe connection.receive(into: part)
            guard case .bytes(let count) = transfer else { return 0 }
            return count
        }
        switch transfer {
        case .bytes:
            let hadSettings = session.hasSettings
            session.receive(buffer.readable, at: loop.now)
            if let allowed = session.allowedStreams { pool.allowedStreams = allowed }
            if !hadSettings, session.hasSettings { serveWaiting() }
            return true
        case .wouldBlock:
            return false
        case .end, .failed:
            session.deliver()
            close()
            return false
        }
    }

    /// Tells streams what has happened and sends what has to leave.
    private func flush() {
        guard !isFlushing, !isClosed else { return }
        isFlushing = true
        defer { isFlushing = false }
        for round in 0..<Self.roundLimit where !isClosed {
            session.deliver()
            session.isBlocked = connection.transport.hasPendingOutput
            session.pump()
            let isFull = session.isOutputFull
            send()
            if !isFull, !session.hasEvents { break }
            if round == Self.roundLimit - 1 { loop.revisit(connection) }
        }
        guard !isClosed else { return }
        let isLost = session.end != nil || connection.hasFailed || session.isFinished
        if isLost || exchangeCount == 0 && !isWorthKeeping { close() } else { pool.roomChanged() }
    }

    private func send() {
        guard let output = session.output else { return }
        let count = output.count
        unsafe output.withReadableBytes { bytes in unsafe connection.write(bytes) }
        session.sent(count)
    }

    private var isWorthKeeping: Bool {
        !isRetired && session.isOpen && pool.keepsSessions && connection.addressNumber == pool.addressNumber
    }

    /// Waits for the next exchange if there is none.
    func restIfUnused() {
        if exchangeCount == 0, !isClosed { rest() }
    }

    /// No exchange is there: waits for the next one, or ends.
    private func rest() {
        loop.setTimer(connection, at: loop.now.advanced(byNanoseconds: pool.idleNanoseconds))
    }

    /// Nobody has needed the connection for as long as it was to wait.
    func restIsOver() {
        guard exchangeCount == 0 else { return }
        end()
    }

    /// Ends now if no exchange is there, and else after the last one.
    func closeWhenIdle() {
        if exchangeCount == 0 { end() } else { retire() }
    }

    /// Says goodbye and ends.
    private func end() {
        guard !isClosed else { return }
        session.terminate(.noError)
        session.isBlocked = connection.transport.hasPendingOutput
        session.pump()
        send()
        close()
    }

    /// Ends: exchanges that are there find their streams closed. Those that still wait for the service's word have asked
    /// nothing: for them there was no connection. They are told when it is gone, lest they join it again.
    private func close() {
        guard !isClosed else { return }
        isClosed = true
        let waiting = joined
        pool.forget(self)
        session.close()
        connection.session = nil
        connection.close()
        for stream in waiting where stream.owner === self {
            stream.exchange?.couldNotConnect(.connect(.brokenOff))
        }
        pool.roomChanged()
    }
}
