/// Why a session has come to its end.
public enum SessionEnd: Equatable, Sendable {
    /// The peer has exhausted a budget and was told to calm down.
    case abuse(Abuse)
    /// The peer has broken the protocol.
    case violation
    /// What came is no HTTP/2 at all.
    case badPreface
    /// The library has no memory left, or contradicts itself.
    case failure
}
