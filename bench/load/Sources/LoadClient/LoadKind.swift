internal import ArgumentParser
internal import TLS

/// The kinds of handshakes.
enum LoadKind: String, CaseIterable, ExpressibleByArgument {
    /// TLS 1.3 in full, ECDSA.
    case full13
    /// TLS 1.2 in full, with the ECDSA certificate.
    case full12ECDSA = "full12-ecdsa"
    /// TLS 1.2 in full, with the RSA certificate.
    case full12RSA = "full12-rsa"
    /// TLS 1.3, resumed by ticket.
    case ticket13
    /// TLS 1.2, resumed by ticket.
    case ticket12
    /// TLS 1.2, resumed by session ID.
    case id12

    /// Whether every handshake is a full one.
    var isFull: Bool { self == .full13 || self == .full12ECDSA || self == .full12RSA }

    /// Whether its connections speak TLS 1.3.
    private var isNew: Bool { self == .full13 || self == .ticket13 }

    /// How its connections are resumed, as the client sees it.
    func accepts(_ resumption: ResumptionKind) -> Bool {
        switch self {
        case .full13, .full12ECDSA, .full12RSA: resumption == .none
        case .ticket13: resumption == .stateless13 || resumption == .stateful13
        case .ticket12: resumption == .ticket12
        case .id12: resumption == .sessionID12
        }
    }

    /// Checks that a handshake is as it must be, so that all servers do the same work.
    ///
    /// - Parameters:
    ///   - version: the version that was agreed on.
    ///   - serverKey: the kind of key in the server's certificate.
    ///   - exchange: the kind of key that was exchanged. Abbreviated handshakes of TLS 1.2 have none; TLS 1.3 with another
    ///     one than the first offered has cost a HelloRetryRequest.
    /// - Returns: what is not as it must be; nil if all is.
    func objection(version: TLSVersion?, serverKey: String?, exchange: String?) -> String? {
        guard version == (isNew ? .tls13 : .tls12) else {
            return "\(version?.name ?? "no version"), not \(isNew ? "TLSv1.3" : "TLSv1.2")"
        }
        let wanted = self == .full12RSA ? "RSA" : "EC"
        if let serverKey, serverKey != wanted { return "a certificate of \(serverKey), not \(wanted)" }
        if serverKey == nil, isFull { return "no certificate" }
        if let exchange, exchange != "X25519" { return "keys exchanged by \(exchange), not X25519" }
        return exchange == nil && (isFull || isNew) ? "no exchange of keys" : nil
    }

    /// The client's settings: the same cipher for all servers, so that like is compared with like.
    ///
    /// TLS 1.3 is offered beside 1.2, as browsers do: HAProxy before 2.6.16 takes a client that has no suite of TLS 1.2 with
    /// ECDSA for one that wants RSA.
    var settings: ClientSettings {
        var settings = ClientSettings()
        settings.minimumVersion = .tls12
        settings.maximumVersion = isNew ? .tls13 : .tls12
        settings.offersTickets = self != .id12
        settings.verifiesServer = false
        settings.applicationProtocols = [Array("http/1.1".utf8)]
        let isRSA = self == .full12RSA
        settings.ciphers = isRSA ? "ECDHE-RSA-AES128-GCM-SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256"
        // Some servers choose the certificate by these, and nghttpx by whether the client has the curve of its key.
        if isRSA {
            settings.signatureAlgorithms = "rsa_pss_rsae_sha256:RSA+SHA256"
            settings.groups = "X25519"
        }
        return settings
    }
}
