/// A request that leaves and its response. Subclass it: the session tells it, in `changed`, that something has happened.
/// What has come stays until the owner has used it and has called `leave`, even if the stream is over by then.
open class RequestStream: SessionStream {
    /// Makes a request on `session`, which has room for it.
    /// - Parameters:
    ///   - head: in the form of HTTP/1.1.
    ///   - session: the connection.
    ///   - tunnel: how it asks for a tunnel; nil: it does not.
    ///   - isSecure: whether the scheme is https.
    ///   - acceptsTrailers: whether the client has said that trailers are not lost on it.
    ///   - isLast: whether nothing follows.
    public final func begin(
        _ head: Span<UInt8>, on session: RequestSession, tunnel: TunnelForm? = nil, isSecure: Bool,
        acceptsTrailers: Bool, isLast: Bool
    ) {
        guard self.session == nil else { return }
        session.submitRequest(
            head, on: self, tunnel: tunnel, isSecure: isSecure, acceptsTrailers: acceptsTrailers,
            isLast: isLast)
    }

    /// Whether we have said all that we have to say, though it may not have left.
    public final var hasSaidAll: Bool { isOutputOver }

    /// Whether the service may be taken not to have looked at the request: it has said so, or it has not got it (RFC 9113
    /// section 8.7).
    public final var isUnprocessed: Bool {
        isClosed && !hasFault && (closeCode == .refusedStream || !hasLeft)
    }

    /// Lets go of the stream, which is over for its owner: the session tells it no more.
    public final func leave() {
        guard let session = session as? RequestSession, !isAbandoned else { return }
        isAbandoned = true
        discardInput()
        session.leave(self)
    }
}
