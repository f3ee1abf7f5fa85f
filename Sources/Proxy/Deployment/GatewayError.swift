public import HTTP
public import Platform

/// Why the gateway does not start, or does not take over a configuration.
public enum GatewayError: Error, Sendable, CustomStringConvertible {
    /// A listener can't be opened; the sentence names its address.
    case listener(String)
    /// Certificates, keys or TLS settings are refused.
    case tls(String)
    /// A route leads to a service that doesn't exist.
    case unknownService(String)
    /// The field rules of a route are refused.
    case fieldRules(FieldRules.Fault)
    /// The services can't be watched.
    case monitoring(String)
    /// The access log can't be opened.
    case accessLog(SystemError)
    /// The kernel refused a thread, a descriptor or a signal.
    case system(SystemError)
    /// The secret of the affinity cookie can't be read.
    case cookieSecret(String)

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .listener(let sentence), .tls(let sentence), .monitoring(let sentence),
            .cookieSecret(let sentence):
            sentence
        case .unknownService(let name): "there is no service \(name)"
        case .fieldRules(let fault): "a field rule is refused: \(fault)"
        case .accessLog(let error): "cannot open the access log: \(error)"
        case .system(let error): error.description
        }
    }
}
