public import TLS

/// The ways in which TLS resumes a session.
public enum ClientKind: Int, Hashable, Sendable, CaseIterable {
    /// TLS 1.2, by session ID: the client offers no tickets.
    case sessionID12
    /// TLS 1.2, by ticket.
    case ticket12
    /// TLS 1.3, by a ticket that holds the session.
    case stateless13
    /// TLS 1.3, by a ticket that is a key into the gateway's cache.
    case stateful13

    /// The kind in words.
    public var name: String {
        switch self {
        case .sessionID12: "TLS 1.2 session ID"
        case .ticket12: "TLS 1.2 ticket"
        case .stateless13: "TLS 1.3 stateless"
        case .stateful13: "TLS 1.3 stateful"
        }
    }

    /// How its connections are resumed.
    public var resumption: ResumptionKind {
        switch self {
        case .sessionID12: .sessionID12
        case .ticket12: .ticket12
        case .stateless13: .stateless13
        case .stateful13: .stateful13
        }
    }

    /// Whether the gateway must be configured with `resumption: stateful`. The other three get theirs from `both`,
    /// under which a TLS 1.3 client that offers nothing older always gets sealed tickets.
    public var needsStatefulGateway: Bool { self == .stateful13 }

    /// A client of this kind.
    ///
    /// - Parameter authorities: the file of the authorities that it trusts, PEM; nil: it verifies nothing.
    /// - Returns: its settings.
    public func settings(authorities: String?) -> ClientSettings {
        var settings = ClientSettings()
        let isOld = self == .sessionID12 || self == .ticket12
        settings.minimumVersion = isOld ? .tls12 : .tls13
        settings.maximumVersion = settings.minimumVersion
        settings.offersTickets = self != .sessionID12
        settings.verifiesServer = authorities != nil
        settings.authorities = authorities
        settings.applicationProtocols = [Array("http/1.1".utf8)]
        return settings
    }
}
