/// What a read came to.
public enum ReadResult: Sendable {
    /// That many bytes, at least one.
    case bytes(Int)
    /// Nothing now: more has to come from the peer.
    case wantRead
    /// The peer has closed its direction with a close_notify. Writing is still possible.
    case closed
    /// The connection has failed. After ``TLSFailure/Kind/truncated`` writing is still possible.
    case failed(TLSFailure)
}
