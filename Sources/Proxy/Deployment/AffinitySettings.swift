internal import Affinity
internal import Configuration

/// By what clients are brought back to their owner, in this order.
struct AffinitySettings: Sendable {
    let usesSession: Bool
    let usesCookie: Bool
    let usesSource: Bool
    /// The source address counts before the cookie.
    let sourceFirst: Bool
    let cookieName: [UInt8]
    let source: SourcePrefix

    init(_ configuration: AffinityConfiguration) {
        usesSession = configuration.by.contains(.tlsSession)
        usesCookie = configuration.by.contains(.cookie)
        usesSource = configuration.by.contains(.source)
        let cookie = configuration.by.firstIndex(of: .cookie) ?? .max
        sourceFirst = (configuration.by.firstIndex(of: .source) ?? .max) < cookie
        cookieName = Array(configuration.cookie.name.utf8)
        source = SourcePrefix(ipv4Bits: configuration.source.ipv4, ipv6Bits: configuration.source.ipv6)
    }

    /// Browsers take a cookie with such a name over HTTPS alone (RFC 6265bis section 4.1.3).
    var needsSecureCookie: Bool {
        cookieName.starts(with: "__Host-".utf8) || cookieName.starts(with: "__Secure-".utf8)
    }
}
