/// What ties a communication to an owner. The configuration puts them in an order; the first that is found
/// counts.
public enum AssociationKind: UInt8, CaseIterable, Hashable, Sendable {
    /// The TLS session, by any kind of resumption.
    case tlsSession
    /// The public key of the client's certificate.
    case clientCertificate
    /// A signed cookie.
    case cookie
    /// The prefix of the client's address.
    case source

    /// The word in the configuration.
    public var name: StaticString {
        switch self {
        case .tlsSession: "tls-session"
        case .clientCertificate: "client-certificate"
        case .cookie: "cookie"
        case .source: "source"
        }
    }
}
