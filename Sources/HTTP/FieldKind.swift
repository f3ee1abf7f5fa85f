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
    public init(_ name: Span<UInt8>) {
        let count = name.count
        guard count > 0, count < Self.initials.count, Self.initials[count] &>> UInt32(name[0] & 31) & 1 == 1
        else {
            self = .other
            return
        }
        self.init(FoldedName(name))
    }

    /// The initials of the known names, by the names' length: bit n stands for the nth letter. Most other
    /// fields are told apart by them.
    private static let initials: InlineArray<20, UInt32> = [
        0x0000000,  // 0: none
        0x0000000,  // 1: none
        0x0100000,  // 2: t
        0x0400000,  // 3: v
        0x0000110,  // 4: d h
        0x0000000,  // 5: none
        0x0080028,  // 6: c e s
        0x0300000,  // 7: t u
        0x0001000,  // 8: l
        0x1000040,  // 9: f x
        0x0080828,  // 10: c e k s
        0x0000008,  // 11: c
        0x1002000,  // 12: m x
        0x0000002,  // 13: a
        0x0000108,  // 14: c h
        0x1000000,  // 15: x
        0x1010000,  // 16: p x
        0x1100008,  // 17: c t x
        0x0010000,  // 18: p
        0x0010000,  // 19: p
    ]

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
                name == FoldedName("host")
                    ? .host
                    : name == FoldedName("date") ? .date : .other
            case 6:
                name == FoldedName("cookie")
                    ? .cookie
                    : name == FoldedName("expect")
                        ? .expect
                        : name == FoldedName("server") ? .server : .other
            case 7:
                name == FoldedName("upgrade")
                    ? .upgrade
                    : name == FoldedName("trailer") ? .trailer : .other
            case 8:
                name == FoldedName("location") ? .location : .other
            case 9:
                name == FoldedName("forwarded")
                    ? .forwarded
                    : name == FoldedName("x-real-ip") ? .xRealIP : .other
            case 10:
                name == FoldedName("connection")
                    ? .connection
                    : name == FoldedName("set-cookie")
                        ? .setCookie
                        : name == FoldedName("keep-alive")
                            ? .keepAlive
                            : name == FoldedName("early-data") ? .earlyData : .other
            case 11:
                name == FoldedName("client-cert") ? .clientCert : .other
            case 12:
                name == FoldedName("x-request-id")
                    ? .xRequestID
                    : name == FoldedName("max-forwards") ? .maxForwards : .other
            case 13:
                name == FoldedName("authorization") ? .authorization : .other
            case 14:
                name == FoldedName("content-length")
                    ? .contentLength
                    : name == FoldedName("http2-settings") ? .http2Settings : .other
            case 15:
                name == FoldedName("x-forwarded-for") ? .xForwardedFor : .other
            case 16:
                name == FoldedName("x-forwarded-host")
                    ? .xForwardedHost
                    : name == FoldedName("x-forwarded-port")
                        ? .xForwardedPort
                        : name == FoldedName("proxy-connection") ? .proxyConnection : .other
            case 17:
                name == FoldedName("transfer-encoding")
                    ? .transferEncoding
                    : name == FoldedName("x-forwarded-proto")
                        ? .xForwardedProto
                        : name == FoldedName("client-cert-chain") ? .clientCertChain : .other
            case 18:
                name == FoldedName("proxy-authenticate") ? .proxyAuthenticate : .other
            case 19:
                name == FoldedName("proxy-authorization") ? .proxyAuthorization : .other
            default: .other
            }
    }
}
