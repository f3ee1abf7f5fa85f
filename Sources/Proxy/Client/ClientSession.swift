internal import Configuration
internal import HTTP2
internal import Runtime

/// The streams of a client's connection that speaks HTTP/2. All of them share what ties the connection to an owner;
/// each has an exchange of its own. Thread-confined, as long-lived as its connection.
final class ClientSession: StreamPool {
    private unowned let client: ClientConnection
    private let worker: Worker
    private var session: ServerSession?
    private var isFlushing = false
    /// Reading has stopped because the client takes so few answers.
    var isStalled = false
    /// How many exchanges there are.
    private(set) var exchangeCount = 0

    /// How often streams are told what has happened, and what they said is sent, before others get their turn.
    private static let roundLimit = 8
    /// How many streams an idle connection keeps for later use.
    private static let idleStreams = 8
    /// How much is read of a field block before it is asked whether it is the turn of others.
    private static let fieldPieceBytes = 2 << 10
    /// The content of full TLS records (RFC 8446 section 5.1).
    private static let recordBytes = 16 << 10

    /// The session of `client`; its preface leaves with the next `flush`.
    init(_ client: ClientConnection) throws(HTTP2Error) {
        self.client = client
        worker = client.worker
        super.init()
        session = try ServerSession(
            worker.deployment.sessionSettings, pool: self, buffers: worker.loop.buffers, at: worker.loop.now)
        worker.counters.sessionsMade &+= 1
        if worker.isDraining { session?.drain() }
    }

    override func make() -> ServerStream {
        ClientStream(self)
    }

    // MARK: Requests

    /// Takes in what the client has sent, of a long field block only a piece; `deliver` acts on it.
    func receive(_ input: ByteBuffer) {
        guard let session else { return input.clear() }
        let count = session.isWithinFields ? min(input.count, Self.fieldPieceBytes) : input.count
        session.receive(input.readable.extracting(first: count), at: worker.loop.now)
        input.consume(count)
    }

    /// Tells streams what has come.
    func deliver() {
        session?.deliver()
    }

    /// A request has come.
    func begin(_ stream: ClientStream) {
        // Once for all uses: it is counted each time that it is taken out.
        let client = client
        let exchange = worker.takeExchange()
        client.countRequest()
        exchangeCount &+= 1
        // While the connection drains, its timer is for the second goodbye.
        if exchangeCount == 1, !isDraining { waitForAge() }
        stream.exchange = exchange
        exchange.attach(to: client, stream: stream)
        exchange.serve(stream, of: client)
        if client.hasServedEnough { drain() }
    }

    /// The exchange of `stream` is over; answers which it was. It is the caller's to give back.
    func leave(_ stream: ClientStream) -> Exchange? {
        guard let exchange = stream.exchange else { return nil }
        stream.exchange = nil
        stream.discardInput()
        exchangeCount &-= 1
        if exchangeCount == 0 { waitForNext() }
        return exchange
    }

    /// Requests are there: one of them may go on for longer than the connection should.
    private func waitForAge() {
        guard let end = client.ageEnd else { return worker.loop.clearTimer(client) }
        worker.loop.setTimer(client, at: end)
    }

    /// No request is there: how long another one may take, or the client to hear of the end.
    private func waitForNext() {
        trim(to: Self.idleStreams)
        // Once the session is over, the timer is the connection's.
        guard let session else { return }
        if !session.isDraining {
            client.setTimer(worker.deployment.timeouts.idle)
        } else if session.hasSaidGoodbye {
            client.setTimer(ClientConnection.drainPatience)
        }
        // Between the goodbyes the timer runs already, and requests that come one after the other don't put it off.
    }

    // MARK: The connection

    /// Whether the client takes so few answers that it gets no more of its requests served.
    var isCongested: Bool { session?.isCongested ?? true }

    /// How many bytes of field blocks have come.
    var fieldBytes: Int { session?.fieldBytes ?? 0 }

    /// Whether the session has ended, or all has been said and heard.
    var isOver: Bool {
        guard let session else { return true }
        return session.end != nil || session.isFinished
    }

    private var isDraining: Bool { session?.isDraining ?? true }

    /// Tells streams what has happened and sends what has to leave, in full records as far as there are any. False if
    /// that is under way already, further up the stack. A client and a service that are both fast could go on for ever:
    /// after some rounds it is the turn of others.
    @discardableResult
    func flush() -> Bool {
        guard !isFlushing else { return false }
        isFlushing = true
        defer { isFlushing = false }
        var rounds = 0
        while let session {
            guard rounds < Self.roundLimit else {
                worker.loop.revisit(client)
                break
            }
            rounds &+= 1
            session.deliver()
            session.isBlocked = client.transport.hasPendingOutput
            session.pump()
            let isFull = session.isOutputFull
            send(session, wholeRecords: isFull)
            if !isFull, !session.hasEvents { break }
        }
        return true
    }

    /// Sends full records if the output has no room for more, so that it can go on.
    func makeRoom() {
        while let session, session.isOutputFull {
            send(session, wholeRecords: true)
            session.isBlocked = client.transport.hasPendingOutput
            session.pump()
        }
    }

    private func send(_ session: ServerSession, wholeRecords: Bool) {
        guard let output = session.output else { return }
        let count =
            wholeRecords ? output.count / Self.recordBytes &* Self.recordBytes : output.count
        client.send(output.readable.extracting(first: count))
        session.sent(count)
    }

    /// Lets the requests end that are there or on their way, and takes no others.
    func drain() {
        guard !isDraining else { return }
        session?.drain()
        client.setTimer(ClientConnection.drainPatience)
    }

    /// Ends the session because TLS is not as strong as HTTP/2 asks for (RFC 9113 section 9.2).
    func refuseSecurity() {
        session?.terminate(.inadequateSecurity)
    }

    /// The connection's timer: nothing has happened for too long, or the client has not answered the first goodbye.
    func timerFired() {
        guard let session else { return }
        guard session.isDraining || exchangeCount == 0 else {
            guard client.hasServedEnough else { return waitForAge() }
            drain()
            flush()
            return
        }
        session.finishDraining()
        flush()
        if exchangeCount == 0 { client.endSession() }
    }

    /// Ends all streams, and counts why.
    func close() {
        guard let session else { return }
        switch session.end {
        case .abuse(let abuse): worker.shared.abuse.note(abuse)
        case .violation, .badPreface: worker.counters.sessionsRefused &+= 1
        case .failure, nil: break
        }
        self.session = nil
        session.close()
    }
}
