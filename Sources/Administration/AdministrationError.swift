public import Framing
public import Platform

/// Why an operator's command cannot be carried out, or the gateway cannot listen to any.
public enum AdministrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The control socket cannot be opened.
    case socket(path: String, SystemError)
    /// Another gateway listens there.
    case taken(path: String)
    /// No gateway listens there.
    case notRunning(path: String)
    /// The gateway's socket cannot be reached.
    case unreachable(path: String, SystemError)
    /// The gateway has ended the conversation.
    case ended(FrameConnectionEnd)
    /// The gateway did not answer in time.
    case noAnswer(Duration)
    /// The gateway refuses, for this reason.
    case refused(String)

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .socket(let path, let error): "the control socket \(path): \(error)"
        case .taken(let path): "another gateway listens for commands at \(path)"
        case .notRunning(let path): "no gateway listens for commands at \(path)"
        case .unreachable(let path, let error): "the gateway's control socket \(path): \(error)"
        case .ended(.refused(let error)): "the gateway speaks another language: \(error)"
        case .ended: "the gateway has ended the conversation; too many commands may run at a time"
        case .noAnswer(let patience): "the gateway has not answered for \(patience)"
        case .refused(let reason): reason
        }
    }
}
