internal import Affinity
internal import Configuration

/// By what clients are brought back to their owner, in this order.
struct AffinitySettings: Sendable {
    let usesSession: Bool
    let usesCookie: Bool
    let usesSource: Bool
    /// The source address counts before the cookie.
    let sourceFirst: Bool
    /// The cookie counts before the TLS session.
    let cookieOverSession: Bool
    /// The source address counts before the TLS session.
    let sourceOverSession: Bool
    let cookieName: [UInt8]
    let source: SourcePrefix

    init(_ configuration: AffinityConfiguration) {
        usesSession = configuration.by.contains(.tlsSession)
        usesCookie = configuration.by.contains(.cookie)
        usesSource = configuration.by.contains(.source)
        let session = configuration.by.firstIndex(of: .tlsSession) ?? .max
        let cookie = configuration.by.firstIndex(of: .cookie) ?? .max
        let source = configuration.by.firstIndex(of: .source) ?? .max
        sourceFirst = source < cookie
        cookieOverSession = cookie < session
        sourceOverSession = source < session
        cookieName = Array(configuration.cookie.name.utf8)
        self.source = SourcePrefix(ipv4Bits: configuration.source.ipv4, ipv6Bits: configuration.source.ipv6)
    }

    /// Browsers take a cookie with such a name over HTTPS alone (RFC 6265bis section 4.1.3).
    var needsSecureCookie: Bool {
        cookieName.starts(with: "__Host-".utf8) || cookieName.starts(with: "__Secure-".utf8)
    }
}
