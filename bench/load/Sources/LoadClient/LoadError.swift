internal import Platform
internal import TLS

/// Why a run could not be made, or ended early.
enum LoadError: Error, CustomStringConvertible {
    /// The system refused.
    case system(SystemError)
    /// The client's TLS could not be set up.
    case tls(TLSError)
    /// The gateway did not serve what the run needs.
    case notServed(String)

    var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .tls(let error): "\(error)"
        case .notServed(let what): what
        }
    }
}
