public import HTTP

/// What a request's head says upstream about the way it came. Made once a connection; what changes from
/// request to request is set before each.
public struct ForwardingContext: ~Copyable, Sendable {
    /// The identity of the request in all logs; written unless a trusted client brought one.
    public var requestID = RequestID(high: 0, low: 0)
    /// The field rules of the route.
    public var rules = FieldRules.none
    /// The name of the affinity cookie, which is ours and does not go upstream; empty: there is none.
    public var affinityCookie: [UInt8] = []
    /// Whether `Expect: 100-continue` goes on, so that the service decides; else the gateway has answered it.
    public var forwardsExpectation = true
    /// Whether the request came by HTTP/2, for `Via`.
    public var isFromHTTP2 = false
    /// Whether the service may keep the connection.
    public var isPersistent = true

    /// Whether the peer is a proxy whose word about the client counts.
    let isTrusted: Bool
    /// Fields that never pass, besides those of the rules.
    let dropped: FieldKinds
    /// Our name in `Via`. Shared by all connections, as few bytes of a connection's own as can be.
    let gateway: [UInt8]
    /// The client's address as text.
    let client: [UInt8]
    /// `for=…;by=…;proto=…`, what precedes the host in `Forwarded` (RFC 7239).
    let forwarded: [UInt8]
    /// `http` or `https`.
    let isSecure: Bool
    /// The port that the client connected to; zero if it has none.
    let port: UInt16

    /// What is constant for a connection.
    /// - Parameters:
    ///   - client: the client's IP address as text without port or brackets; empty if it has none (UNIX
    ///     sockets).
    ///   - port: the port that the client connected to; zero if it has none.
    ///   - isSecure: whether the client speaks TLS.
    ///   - isTrusted: whether it is a listed proxy, whose `Forwarded`, `X-Forwarded-*` and `X-Request-Id` are
    ///     kept.
    ///   - gateway: our name in `Via` and `Forwarded`: letters, digits, dots, hyphens, underscores.
    public init(client: [UInt8], port: UInt16, isSecure: Bool, isTrusted: Bool, gateway: [UInt8]) {
        self.client = client.isEmpty ? Array("unknown".utf8) : client
        self.isSecure = isSecure
        self.isTrusted = isTrusted
        self.port = port
        self.gateway = gateway
        dropped = isTrusted ? Self.always : Self.always.union(Self.claims)
        let isIPv6 = client.contains(Byte.colon)
        forwarded =
            Array((isIPv6 ? "for=\"[" : "for=").utf8) + self.client + Array((isIPv6 ? "]\"" : "").utf8)
            + Array(";by=_".utf8) + gateway + Array((isSecure ? ";proto=https" : ";proto=http").utf8)
    }

    /// Hop-by-hop fields (RFC 9110 section 7.6.1), those that we make anew, and those that only we may set
    /// upstream.
    private static let always = FieldKinds([
        .connection, .keepAlive, .proxyConnection, .te, .transferEncoding, .contentLength, .trailer, .upgrade,
        .http2Settings, .proxyAuthenticate, .proxyAuthorization, .expect, .clientCert, .clientCertChain,
        .earlyData, .forwarded, .xForwardedFor, .xRequestID,
    ])

    /// What a client could say about itself, and is not believed.
    private static let claims = FieldKinds([
        .xForwardedProto, .xForwardedHost, .xForwardedPort, .xRealIP,
    ])
}
