/// The signed cookie that carries a lineage.
public struct AffinityCookieConfiguration: Sendable, Equatable {
    /// The cookie's name. With the prefix `__Host-` or `__Secure-` (RFC 6265bis section 4.1.3) it is for TLS only.
    public var name = "__Host-limpet"
    /// A file with the secret that signs it; nil: a random one each time the program starts.
    public var secret: String?

    /// `__Host-limpet` with a random secret.
    public init() {}
}

extension AffinityCookieConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("name", .token, into: &name)
        section.read("secret", .path(in: section.context), into: &secret)
    }
}
