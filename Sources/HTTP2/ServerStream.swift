/// A request that comes and its response. Subclass it: the session calls its verbs, never from within another verb of the
/// same stream. Made by a `StreamPool`.
open class ServerStream: SessionStream {
    /// Passes on an interim response: its head, which is of status 100 to 199.
    public final func inform(_ head: Span<UInt8>) {
        guard let session = session as? ServerSession, !isClosed, !isReset, !hasBegun else { return }
        session.submitInterim(head, on: self)
    }

    /// Answers: the head of the response, and the content that stands behind it.
    /// - Parameters:
    ///   - message: a head with its last empty line, then content.
    ///   - isLast: whether nothing follows.
    public final func respond(_ message: Span<UInt8>, isLast: Bool) {
        guard let session = session as? ServerSession, !isClosed, !isReset, !hasBegun else { return }
        hasBegun = true
        session.submitResponse(message, on: self, isLast: isLast)
    }
}
