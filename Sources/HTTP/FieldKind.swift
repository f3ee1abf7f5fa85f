/// The fields that the gateway reads, writes or removes; every other field passes as it is.
@frozen
public enum FieldKind: UInt8, Sendable, CaseIterable {
    case other
    case host, connection, contentLength, transferEncoding, expect, upgrade, te, trailer, keepAlive
    case proxyConnection, proxyAuthenticate, proxyAuthorization
    case authorization, cookie, setCookie
    case forwarded, xForwardedFor, xForwardedProto, xForwardedHost, xForwardedPort, xRealIP, via, xRequestID
    case date, server, location, clientCert, clientCertChain, earlyData, maxForwards, http2Settings

    /// The kind of the field that bears `name`, in any mixture of case.
    @inlinable
    public init(_ name: Span<UInt8>) {
        self.init(FoldedName(name))
    }

    /// The kind of the field that bears `name`.
    public init(_ name: FoldedName) {
        self =
            switch name.count {
            case 2, 3, 4: Self.short(name)
            case 6, 7, 8: Self.medium(name)
            case 9, 10, 11: Self.long(name)
            case 12, 13, 14, 15: Self.longer(name)
            case 16...24: Self.longest(name)
            default: .other
            }
    }

    @inline(__always)
    private static func short(_ name: FoldedName) -> FieldKind {
        switch name {
        case FoldedName("host"): .host
        case FoldedName("te"): .te
        case FoldedName("via"): .via
        case FoldedName("date"): .date
        default: .other
        }
    }

    @inline(__always)
    private static func medium(_ name: FoldedName) -> FieldKind {
        switch name {
        case FoldedName("cookie"): .cookie
        case FoldedName("expect"): .expect
        case FoldedName("server"): .server
        case FoldedName("upgrade"): .upgrade
        case FoldedName("trailer"): .trailer
        case FoldedName("location"): .location
        default: .other
        }
    }

    @inline(__always)
    private static func long(_ name: FoldedName) -> FieldKind {
        switch name {
        case FoldedName("connection"): .connection
        case FoldedName("set-cookie"): .setCookie
        case FoldedName("forwarded"): .forwarded
        case FoldedName("x-real-ip"): .xRealIP
        case FoldedName("keep-alive"): .keepAlive
        case FoldedName("client-cert"): .clientCert
        case FoldedName("early-data"): .earlyData
        default: .other
        }
    }

    @inline(__always)
    private static func longer(_ name: FoldedName) -> FieldKind {
        switch name {
        case FoldedName("content-length"): .contentLength
        case FoldedName("x-request-id"): .xRequestID
        case FoldedName("authorization"): .authorization
        case FoldedName("x-forwarded-for"): .xForwardedFor
        case FoldedName("max-forwards"): .maxForwards
        case FoldedName("http2-settings"): .http2Settings
        default: .other
        }
    }

    @inline(__always)
    private static func longest(_ name: FoldedName) -> FieldKind {
        switch name {
        case FoldedName("transfer-encoding"): .transferEncoding
        case FoldedName("x-forwarded-proto"): .xForwardedProto
        case FoldedName("x-forwarded-host"): .xForwardedHost
        case FoldedName("x-forwarded-port"): .xForwardedPort
        case FoldedName("client-cert-chain"): .clientCertChain
        case FoldedName("proxy-connection"): .proxyConnection
        case FoldedName("proxy-authenticate"): .proxyAuthenticate
        case FoldedName("proxy-authorization"): .proxyAuthorization
        default: .other
        }
    }
}
