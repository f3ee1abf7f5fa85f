/// The names by which clients and we agree on a version of HTTP (RFC 7301, RFC 9113 section 3.2).
enum ApplicationProtocolName {
    static let http2 = Array("h2".utf8)
    static let http1 = Array("http/1.1".utf8)
    /// All, in our order of preference.
    static let all = [http2, http1]
}
