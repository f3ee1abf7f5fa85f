public import Platform

/// Why a probe failed.
public enum ProbeFailure: Hashable, Sendable, CustomStringConvertible {
    /// No connection: refused, unreachable, or no such path.
    case connect(SystemError)
    /// The probe's time was over in that step.
    case timedOut(ProbeStep)
    /// The connection broke before the answer was complete.
    case lost(SystemError)
    /// The instance closed the connection before the answer was complete.
    case closedEarly
    /// The TLS handshake failed; the reason in the library's words.
    case handshake(String)
    /// The answer's status is not among the expected ones.
    case status(Int)
    /// The answer is not HTTP/1.1 as RFC 9112 has it.
    case malformedResponse
    /// The answer's head is longer than a probe reads.
    case oversizeResponse

    /// Whether the instance was not reached at this address, so that another of its addresses may do better.
    public var isConnectFailure: Bool {
        switch self {
        case .connect, .timedOut(.connect): true
        default: false
        }
    }

    /// One short phrase for logs.
    public var description: String {
        switch self {
        case .connect(let error): "\(error)"
        case .timedOut(.connect): "no connection in time"
        case .timedOut(.handshake), .timedOut(.judgement): "no TLS handshake in time"
        case .timedOut(.response): "no answer in time"
        case .lost(let error): "connection lost (\(error))"
        case .closedEarly: "connection closed before the answer"
        case .handshake(let reason): "TLS handshake failed (\(reason))"
        case .status(let code): "status \(code)"
        case .malformedResponse: "malformed answer"
        case .oversizeResponse: "oversize answer"
        }
    }
}
