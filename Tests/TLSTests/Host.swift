import TLS

/// A virtual host of the tests, with short ways to make its settings.
enum Host {
    static func settings(
        _ name: String = "one", certificate: String = "chain.pem", key: String = "ec.key",
        resumption: Resumption = .both, keys: TicketKeyRing? = nil
    ) throws -> ServerSettings {
        let authority = try Authority.shared.get()
        let pair = CertificatePair(certificate: authority.path(certificate), key: authority.path(key))
        var settings = ServerSettings(
            certificates: [pair], sessionContext: Array(name.utf8), ticketKeys: try keys ?? newKeys())
        settings.resumption = resumption
        return settings
    }

    static func context(
        _ name: String = "one", resumption: Resumption = .both, keys: TicketKeyRing? = nil,
        change: (inout ServerSettings) throws -> Void = { _ in }
    ) throws -> ServerContext {
        var settings = try settings(name, resumption: resumption, keys: keys)
        try change(&settings)
        return try ServerContext(settings)
    }

    static func pair(_ certificate: String, _ key: String) throws -> [CertificatePair] {
        let authority = try Authority.shared.get()
        return [CertificatePair(certificate: authority.path(certificate), key: authority.path(key))]
    }

    static func newKeys() throws -> TicketKeyRing {
        try TicketKeyRing(rotation: .seconds(3600), keptKeys: 2)
    }

    static func clientSettings() throws -> ClientSettings {
        var settings = ClientSettings()
        settings.authorities = try Authority.shared.get().path("root.pem")
        return settings
    }
}
