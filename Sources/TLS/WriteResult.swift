/// What a write came to.
public enum WriteResult: Sendable {
    /// All of it is encrypted, and with the transport.
    case done
    /// The connection has failed.
    case failed(TLSFailure)
}
