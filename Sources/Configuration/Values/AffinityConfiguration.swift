/// What ties a client to the owner of its session.
public struct AffinityConfiguration: Sendable, Equatable {
    /// A kind of association data.
    public enum Association: String, Sendable, CaseIterable {
        /// What travels in the TLS session.
        case tlsSession = "tls-session"
        /// The public key of the client's certificate.
        case clientCertificate = "client-certificate"
        /// A signed cookie.
        case cookie
        /// The client's address.
        case source
    }

    /// Which association data counts, the strongest first; empty: every connection is a stranger.
    public var by: [Association] = [.tlsSession, .cookie]
    /// How long a lineage lives from its full handshake on.
    public var lifetime = Duration.seconds(8 * 3600)
    /// The signed cookie.
    public var cookie = AffinityCookieConfiguration()
    /// How many leading bits of an address tell one source from another.
    public var source = SourcePrefixConfiguration()
    /// How many pins are kept.
    public var table = AssociationTableConfiguration()

    /// The TLS session, then a cookie.
    public init() {}
}

extension AffinityConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("by", listOf: .word(), limit: 16, into: &by)
        section.read("lifetime", .seconds(.seconds(1) ... .seconds(365 * 86_400)), into: &lifetime)
        section.read("cookie", into: &cookie)
        section.read("source", into: &source)
        section.read("table", into: &table)
        for kind in Association.allCases where by.count(where: { $0 == kind }) > 1 {
            section.context.refuse(
                "'by' has '\(kind.rawValue)' more than once", at: section.position(of: "by"))
        }
        if by.contains(.clientCertificate) {
            section.context.warn(
                "'client-certificate' has no effect yet: clients are not asked for certificates",
                at: section.position(of: "by"))
        }
    }
}
