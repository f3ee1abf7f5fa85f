/// A content coding that a response can be given on its way (RFC 9110 section 8.4.1).
public enum ContentCoding: UInt8, CaseIterable, Sendable {
    /// DEFLATE in the format of RFC 1952.
    case gzip
    /// RFC 7932.
    case brotli

    /// Its name in `Content-Encoding` and `Accept-Encoding`.
    public var name: StaticString {
        switch self {
        case .gzip: "gzip"
        case .brotli: "br"
        }
    }
}
