/// How responses of a route are compressed.
public struct CompressionConfiguration: Sendable, Equatable {
    /// A content coding.
    public enum Encoding: String, Sendable, CaseIterable {
        /// gzip (RFC 1952).
        case gzip
        /// Brotli (RFC 7932).
        case brotli = "br"
    }

    /// The codings, of which the client's favourite is taken, and of equal favourites the first.
    public var encodings: [Encoding] = [.brotli, .gzip]
    /// The media types, in lower case; `text/*` stands for all that begin so.
    public var types = [
        "text/html", "text/plain", "text/css", "text/csv", "text/javascript", "text/xml",
        "application/javascript", "application/json", "application/ld+json", "application/manifest+json",
        "application/problem+json", "application/xml", "application/xhtml+xml", "application/atom+xml",
        "application/rss+xml", "application/wasm", "image/svg+xml",
    ]
    /// Content that is known to be smaller stays as it is, in bytes.
    public var minimumBytes = 1024
    /// Whether responses are compressed that belong to one user: to requests with credentials, or with a cookie for the
    /// client.
    public var withCredentials = false

    /// What suits most pages.
    public init() {}
}

extension CompressionConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("encodings", listOf: .word(), into: &encodings)
        section.read("types", listOf: .mediaType, into: &types)
        section.read("minimum", .size(0...1 << 30), into: &minimumBytes)
        section.read("with-credentials", .boolean, into: &withCredentials)
        if encodings.isEmpty {
            section.context.refuse("'encodings' must have an entry", at: section.position(of: "encodings"))
        }
    }
}
