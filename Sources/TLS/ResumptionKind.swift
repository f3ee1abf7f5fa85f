/// How a session was resumed.
public enum ResumptionKind: UInt8, Hashable, Sendable, CaseIterable {
    /// Not at all: the handshake was a full one.
    case none
    /// TLS 1.2, by session ID.
    case sessionID12
    /// TLS 1.2, by ticket (RFC 5077).
    case ticket12
    /// TLS 1.3, by a ticket that carries the session.
    case stateless13
    /// TLS 1.3, by a ticket that is only a key into the session cache.
    case stateful13

    /// The kind as logs name it.
    public var name: StaticString {
        switch self {
        case .none: "none"
        case .sessionID12: "tls12-id"
        case .ticket12: "tls12-ticket"
        case .stateless13: "tls13-stateless"
        case .stateful13: "tls13-stateful"
        }
    }
}
