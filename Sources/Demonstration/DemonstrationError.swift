public import Platform
public import TLS

/// Why a demonstration cannot go on.
public enum DemonstrationError: Error, Sendable, CustomStringConvertible {
    /// The system refused something.
    case system(what: String, SystemError)
    /// OpenSSL refused the settings of a client.
    case tls(TLSError)
    /// A file cannot be read or written.
    case file(path: String, cause: String)
    /// A program did not do what it was started for; with the last lines that it wrote.
    case program(name: String, cause: String, said: String)
    /// Something did not come in time.
    case timeout(what: String)
    /// The user wants an end.
    case interrupted

    /// A sentence for the terminal.
    public var description: String {
        switch self {
        case .system(let what, let error): "\(what): \(error)"
        case .tls(let error): "\(error)"
        case .file(let path, let cause): "\(path): \(cause)"
        case .program(let name, let cause, let said):
            said.isEmpty ? "\(name) \(cause)" : "\(name) \(cause); it said:\n\(said)"
        case .timeout(let what): "\(what) did not come in time"
        case .interrupted: "interrupted"
        }
    }
}
