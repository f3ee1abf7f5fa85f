/// The signed cookie that carries a lineage.
public struct AffinityCookieConfiguration: Sendable, Equatable {
    /// When a browser sends the cookie with requests that come from other sites.
    public enum SameSite: String, Sendable, CaseIterable {
        /// Never.
        case strict
        /// With top-level navigation.
        case lax
        /// Always.
        case none
    }

    /// The cookie's name. It is always sent with `Secure`, `HttpOnly` and `Path=/`, as the prefix `__Host-` demands.
    public var name = "__Host-limpet"
    /// A file with the secret that signs it; nil: a random one each time the program starts.
    public var secret: String?
    /// The attribute `SameSite`.
    public var sameSite = SameSite.lax

    /// `__Host-limpet` with a random secret.
    public init() {}
}

extension AffinityCookieConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("name", .token, into: &name)
        section.read("secret", .path(in: section.context), into: &secret)
        section.read("same-site", .word(), into: &sameSite)
    }
}
