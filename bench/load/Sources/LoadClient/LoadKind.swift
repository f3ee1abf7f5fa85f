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

    /// How its connections are resumed, as the client sees it.
    func accepts(_ resumption: ResumptionKind) -> Bool {
        switch self {
        case .full13, .full12ECDSA, .full12RSA: resumption == .none
        case .ticket13: resumption == .stateless13 || resumption == .stateful13
        case .ticket12: resumption == .ticket12
        case .id12: resumption == .sessionID12
        }
    }

    /// The client's settings: the same cipher for all servers, so that like is compared with like.
    var settings: ClientSettings {
        var settings = ClientSettings()
        let isNew = self == .full13 || self == .ticket13
        settings.minimumVersion = isNew ? .tls13 : .tls12
        settings.maximumVersion = settings.minimumVersion
        settings.offersTickets = self != .id12
        settings.verifiesServer = false
        settings.applicationProtocols = [Array("http/1.1".utf8)]
        settings.ciphers =
            self == .full12RSA ? "ECDHE-RSA-AES128-GCM-SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256"
        return settings
    }
}
