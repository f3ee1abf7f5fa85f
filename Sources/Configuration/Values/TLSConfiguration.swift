/// How TLS is spoken with clients.
public struct TLSConfiguration: Sendable, Equatable {
    /// A protocol version that is served.
    public enum Version: String, Sendable, CaseIterable, Comparable {
        /// TLS 1.2 (RFC 5246).
        case tls12 = "1.2"
        /// TLS 1.3 (RFC 8446).
        case tls13 = "1.3"

        /// Whether `left` is the older one.
        public static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
    }

    /// What a client gets that asks for a name of which there is no certificate.
    public enum UnknownName: String, Sendable, CaseIterable {
        /// The first certificate.
        case `default`
        /// The alert unrecognized_name (RFC 6066 section 3).
        case alert
    }

    /// Which kinds of resumption are served, in TLS 1.2 and 1.3 alike.
    public enum Resumption: String, Sendable, CaseIterable {
        /// None.
        case off
        /// Tickets that hold the session.
        case stateless
        /// Sessions that are kept here.
        case stateful
        /// Whatever the client can.
        case both
    }

    /// The oldest version.
    public var minimumVersion = Version.tls12
    /// The newest version.
    public var maximumVersion = Version.tls13
    /// The cipher list of TLS 1.2, in OpenSSL's notation; nil: Mozilla's intermediate list.
    public var ciphers: String?
    /// The cipher suites of TLS 1.3, separated by colons; nil: all three that matter.
    public var cipherSuites: String?
    /// The groups for the key exchange, separated by colons; nil: X25519, P-256, P-384.
    public var groups: String?
    /// Whether our order of ciphers wins over the client's.
    public var prefersServerOrder = false
    /// The certificates, the default first; at least one if a listener terminates TLS.
    public var certificates: [CertificateConfiguration] = []
    /// What a client gets that asks for an unknown name.
    public var unknownName = UnknownName.default
    /// Which kinds of resumption are served.
    public var resumption = Resumption.both
    /// How the keys that seal tickets come and go.
    public var ticketKeys = TicketKeyConfiguration()
    /// How many sessions are kept here.
    public var sessionCache = SessionCacheConfiguration()
    /// How long a session can be resumed: at most 7 days (RFC 8446 section 4.6.1), half of a ticket key's life
    /// (RFC 9325) and the lifetime of a lineage. Already clamped.
    public var ticketLifetime = Duration.seconds(4 * 3600)
    /// Raise it, and no session from before is resumed, while every pin stays.
    public var epoch: UInt32 = 0

    /// Defaults, without certificates.
    public init() {}
}

extension TLSConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("minimum-version", .word(), into: &minimumVersion)
        section.read("maximum-version", .word(), into: &maximumVersion)
        if minimumVersion > maximumVersion {
            section.context.refuse(
                "'minimum-version' \(minimumVersion.rawValue) is above 'maximum-version' \(maximumVersion.rawValue)",
                at: section.position(
                    of: section.has("minimum-version") ? "minimum-version" : "maximum-version"))
        }
        section.read("ciphers", .cryptographyList, into: &ciphers)
        section.read("cipher-suites", .cryptographyList, into: &cipherSuites)
        section.read("groups", .cryptographyList, into: &groups)
        section.read("prefer-server-order", .boolean, into: &prefersServerOrder)
        certificates = section.sections("certificates", limit: ConfigurationBounds.certificates).map(\.value)
        section.read("unknown-name", .word(), into: &unknownName)
        section.read("resumption", .word(), into: &resumption)
        section.read("ticket-keys", into: &ticketKeys)
        section.read("session-cache", into: &sessionCache)
        section.read("ticket-lifetime", .seconds(.seconds(1) ... .seconds(7 * 86_400)), into: &ticketLifetime)
        if section.has("ticket-lifetime") {
            section.context.ticketLifetime = section.position(of: "ticket-lifetime")
        }
        section.read("epoch", .unsigned, into: &epoch)
    }
}
