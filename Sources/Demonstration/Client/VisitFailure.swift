public import Platform
public import TLS

/// Why a visit came to an early end.
public enum VisitFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// No TCP connection.
    case connect(SystemError)
    /// The handshake failed.
    case handshake(TLSFailure)
    /// The connection failed later, in the middle of a request.
    case connection(String)
    /// The connection was closed while an answer was due.
    case closed
    /// The answer is no HTTP, or too large.
    case malformed
    /// It took too long.
    case timeout(during: String)

    /// A sentence.
    public var description: String {
        switch self {
        case .connect(let error): "\(error)"
        case .handshake(let failure): "handshake: \(failure)"
        case .connection(let words): "connection: \(words)"
        case .closed: "closed before the answer was whole"
        case .malformed: "malformed answer"
        case .timeout(let phase): "timeout during \(phase)"
        }
    }
}
