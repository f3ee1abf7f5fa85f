/// How the end of a message's body is found (RFC 9112 section 6).
@frozen
public enum BodyFraming: Hashable, Sendable {
    /// There is no body.
    case none
    /// As many bytes as `Content-Length` says, at most `Int64.max`.
    case length(UInt64)
    /// Chunks, then trailer fields.
    case chunked
    /// All bytes until the connection ends; responses only.
    case untilClose

    /// Whether at least one byte of framing or content follows the head.
    @inlinable
    public var hasBody: Bool {
        switch self {
        case .none, .length(0): false
        case .length, .chunked, .untilClose: true
        }
    }
}
