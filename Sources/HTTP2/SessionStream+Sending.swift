internal import Runtime

/// What leaves. Everything is said in the form of HTTP/1.1 as module HTTP1 writes it.
extension SessionStream {
    /// Whether content waits for the peer: produce no more until `outputLeft`.
    public final var hasPendingOutput: Bool { (outgoing?.count ?? 0) > 0 }

    /// How many bytes the peer would take at once, as far as its windows go.
    public final var windowBytes: Int {
        guard let session, !isClosed else { return 0 }
        return session.windowBytes(of: self)
    }

    /// Sends content, as much as the peer takes from where it lies; what it does not take yet is kept.
    public final func send(_ content: Span<UInt8>, isLast: Bool) {
        guard let session, !isClosed, !isReset, hasBegun, !isOutputOver else { return }
        if isLast { isOutputOver = true }
        session.submit(content, on: self)
    }

    /// Ends the message after what was sent.
    /// - Parameter trailers: the last chunk with its trailer section; empty: there are none.
    public final func end(trailers: Span<UInt8> = Span()) {
        guard let session, !isClosed, !isReset, hasBegun, !isOutputOver else { return }
        isOutputOver = true
        if trailers.count > 0 {
            let kept = session.buffers.take(capacity: trailers.count)
            kept.append(trailers)
            outgoingTrailers = kept
        }
        session.submit(Span(), on: self)
    }

    /// Ends the stream now, whatever it is at.
    public final func reset(_ code: ErrorCode) {
        guard let session, !isClosed, !isReset else { return }
        isReset = true
        session.submitReset(code, on: self)
    }
}
