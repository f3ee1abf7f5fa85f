internal import Platform
internal import Runtime
internal import TLS

/// How a connection ends: after its last response, when it is idle, or at once.
extension ClientConnection {
    /// How long a client that has been told the end may take to end its own direction.
    private static let lingerPatience: UInt64 = 2_000_000_000
    /// How long a drained connection waits for a request that was sent before the client could know of the drain: a
    /// round trip of a far client (RFC 9113 section 6.8), or one that is slow to ask.
    static let drainPatience: UInt64 = 1_000_000_000
    /// How much of what a client sends to nobody is read before others get their turn, and how much in all.
    private static let lingerTurnBytes: UInt64 = 1 << 20
    private static let lingerBytes: UInt64 = 32 << 20

    /// Says goodbye, lets the output drain and reads what the client still sends, so that no reset cuts off the
    /// response (RFC 9112 section 9.6). `isRagged`: a client that has TLS is not to take it for an end that was meant.
    func linger(isRagged: Bool = false) {
        guard phase == .open || phase == .handshaking else { return }
        phase = .lingering
        lingersFrom = transport.receivedBytes
        dropInput()
        if !isRagged { tls?.shutdown() }
        // A client that has said goodbye itself sends nothing more that a closed socket could answer with a reset.
        if isReadClosed {
            transport.uncork()
        } else {
            // The end follows the last byte.
            transport.shutdownWriting()
        }
        isDeparting = transport.hasPendingOutput
        setTimer(Self.lingerPatience)
        if !isReadClosed { discardInput() }
    }

    /// The client has sent something, or has taken something.
    func lingerOn() {
        if isDeparting, !transport.hasPendingOutput {
            isDeparting = false
            setTimer(Self.lingerPatience)
        }
        discardInput()
    }

    private func discardInput() {
        let start = transport.receivedBytes
        while phase == .lingering, transport.mayHaveInput {
            switch worker.discard(from: transport) {
            case .bytes where transport.receivedBytes &- lingersFrom > Self.lingerBytes:
                return close()
            case .bytes where transport.receivedBytes &- start > Self.lingerTurnBytes:
                // To close with unread input would reset the connection, and the response might be lost with it.
                return loop.revisit(self)
            case .bytes:
                continue
            case .wouldBlock:
                return
            case .end:
                isReadClosed = true
                return
            case .failed:
                return close()
            }
        }
    }

    /// The timer has come, but the client is still taking what waits for it: gives it more time, as long as some of it
    /// leaves.
    func isSending() -> Bool {
        guard transport.hasPendingOutput, transport.sentBytes != sentBytesAtTimer else { return false }
        sentBytesAtTimer = transport.sentBytes
        setTimer(worker.deployment.timeouts.send)
        return true
    }

    /// The worker drains: a connection without a request stays for a moment, because one may be on its way; whoever sent
    /// it could not tell whether it was served. Its answer says goodbye.
    func drain() {
        if let session {
            guard phase == .open else { return }
            transport.cork()
            session.drain()
            return settle()
        }
        guard phase == .open, exchange == nil, !hasInput else { return }
        setTimer(Self.drainPatience)
    }

    /// Closes a connection that has waited for a request long enough, in an orderly way. A request that came while this
    /// process was busy is served all the same.
    func closeIdle() {
        guard phase == .open, exchange == nil else { return }
        let served = requestCount
        transport.note(.readable)
        proceed()
        guard phase == .open, session == nil, requestCount == served else { return }
        tls?.shutdown()
        transport.uncork()
        close()
    }

    /// Ends now. The exchange, if there is one, is told.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        if let exchange {
            self.exchange = nil
            exchange.clientClosed()
            worker.give(exchange)
        }
        if let session {
            self.session = nil
            session.close()
        }
        loop.detach(self, isClosing: true)
        dropInput()
        transport.close()
        listener.quota.leave()
        if isSourceCounted { listener.quota.leave(from: client.ip) }
        worker.remove(self)
    }
}
