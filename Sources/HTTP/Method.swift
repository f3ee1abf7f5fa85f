/// A request method (RFC 9110 section 9): the registered ones that a gateway must tell apart, and all others.
@frozen
public enum Method: UInt8, Sendable {
    case get, head, post, put, delete, options, trace, patch, connect
    /// Any other token; its bytes stand in the request line.
    case other

    /// Whether repeating the request does no more than sending it once (RFC 9110 section 9.2.2).
    /// Only such a request may be sent to a second instance after the first one has seen it.
    @inlinable
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }

    /// Whether the client asks for no change of state (RFC 9110 section 9.2.1).
    @inlinable
    public var isSafe: Bool {
        switch self {
        case .get, .head, .options, .trace: true
        case .post, .put, .delete, .patch, .connect, .other: false
        }
    }

    /// The method that `token` names; methods are case-sensitive (RFC 9110 section 9.1).
    public init(_ token: Span<UInt8>) {
        let word = ShortToken(token)
        self =
            switch word {
            case ShortToken("GET"): .get
            case ShortToken("HEAD"): .head
            case ShortToken("POST"): .post
            case ShortToken("PUT"): .put
            case ShortToken("DELETE"): .delete
            case ShortToken("OPTIONS"): .options
            case ShortToken("TRACE"): .trace
            case ShortToken("PATCH"): .patch
            case ShortToken("CONNECT"): .connect
            default: .other
            }
    }
}
