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

    /// The kind of the field that bears `name`. Few names share a length, so few comparisons are made.
    @inlinable
    public init(_ name: FoldedName) {
        self =
            switch name.count {
            case 2:
                name == FoldedName("te") ? .te : .other
            case 3:
                name == FoldedName("via") ? .via : .other
            case 4:
                name == FoldedName("host") ? .host
                    : name == FoldedName("date") ? .date : .other
            case 6:
                name == FoldedName("cookie") ? .cookie
                    : name == FoldedName("expect") ? .expect
                    : name == FoldedName("server") ? .server : .other
            case 7:
                name == FoldedName("upgrade") ? .upgrade
                    : name == FoldedName("trailer") ? .trailer : .other
            case 8:
                name == FoldedName("location") ? .location : .other
            case 9:
                name == FoldedName("forwarded") ? .forwarded
                    : name == FoldedName("x-real-ip") ? .xRealIP : .other
            case 10:
                name == FoldedName("connection") ? .connection
                    : name == FoldedName("set-cookie") ? .setCookie
                    : name == FoldedName("keep-alive") ? .keepAlive
                    : name == FoldedName("early-data") ? .earlyData : .other
            case 11:
                name == FoldedName("client-cert") ? .clientCert : .other
            case 12:
                name == FoldedName("x-request-id") ? .xRequestID
                    : name == FoldedName("max-forwards") ? .maxForwards : .other
            case 13:
                name == FoldedName("authorization") ? .authorization : .other
            case 14:
                name == FoldedName("content-length") ? .contentLength
                    : name == FoldedName("http2-settings") ? .http2Settings : .other
            case 15:
                name == FoldedName("x-forwarded-for") ? .xForwardedFor : .other
            case 16:
                name == FoldedName("x-forwarded-host") ? .xForwardedHost
                    : name == FoldedName("x-forwarded-port") ? .xForwardedPort
                    : name == FoldedName("proxy-connection") ? .proxyConnection : .other
            case 17:
                name == FoldedName("transfer-encoding") ? .transferEncoding
                    : name == FoldedName("x-forwarded-proto") ? .xForwardedProto
                    : name == FoldedName("client-cert-chain") ? .clientCertChain : .other
            case 18:
                name == FoldedName("proxy-authenticate") ? .proxyAuthenticate : .other
            case 19:
                name == FoldedName("proxy-authorization") ? .proxyAuthorization : .other
            default: .other
            }
    }
}
