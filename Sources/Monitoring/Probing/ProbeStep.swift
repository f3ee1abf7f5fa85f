/// How far a probe had come.
public enum ProbeStep: Hashable, Sendable {
    /// The connection was being made.
    case connect
    /// The TLS handshake was going on.
    case handshake
    /// The answer was awaited.
    case response
}
