/// How far a probe had come.
public enum ProbeStep: Hashable, Sendable {
    /// The connection was being made.
    case connect
    /// The TLS handshake was going on.
    case handshake
    /// The handshake is over on our side; the instance may still refuse our certificate.
    case judgement
    /// The answer was awaited.
    case response
}
