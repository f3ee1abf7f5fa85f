public import Balancing
public import Platform
public import TLS

/// Why services cannot be monitored.
public enum MonitoringError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The library for names cannot be set up; the reason in its own words.
    case resolver(String)
    /// The addresses of the configured name servers are not accepted.
    case nameServers(String)
    /// The context of TLS probes cannot be made.
    case probes(TLSError)
    /// TLS to the instances of that service can't be set up.
    case security(String, TLSError)
    /// The loop has no descriptor left for the monitor's own needs.
    case system(SystemError)
    /// The instances of that service cannot be balanced.
    case service(String, BalancingError)
    /// Two instances have that identity, or identities that cannot be told apart.
    case repeatedInstance(String)

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .resolver(let reason): "the name resolver cannot start: \(reason)"
        case .nameServers(let reason): "the name servers are not accepted: \(reason)"
        case .probes(let error): "probes cannot speak TLS: \(error)"
        case .security(let name, let error): "service \(name): \(error)"
        case .system(let error): "\(error)"
        case .service(let name, let error): "service \(name): \(error)"
        case .repeatedInstance(let identity): "instance \(identity) stands twice"
        }
    }
}
