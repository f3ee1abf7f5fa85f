/// What a step of the handshake came to.
public enum HandshakeResult: Sendable {
    /// The handshake is over; application data may flow.
    case done
    /// More has to come from the peer.
    case wantRead
    /// The handshake has failed. An alert for the peer may wait in the transport.
    case failed(TLSFailure)
}
