/// How TLS is spoken with the instances of a service.
public struct ServiceTLSConfiguration: Sendable, Equatable {
    /// Whether an instance has to show a certificate that verifies.
    public var isVerified = true
    /// The file of the authorities that are trusted, PEM; nil: those of the system.
    public var authorities: String?
    /// The name that certificates have to bear, a DNS name or an IP address; nil: the host of the instance's address.
    public var name: String?
    /// The name that is asked for (SNI); nil: the expected name, if it is a DNS name.
    public var serverName: String?
    /// What we show to instances that ask for a certificate: the file of it, PEM, with its chain.
    public var certificate: String?
    /// The file of its private key.
    public var key: String?
    /// The oldest version.
    public var minimumVersion = TLSConfiguration.Version.tls12
    /// Whether sessions are resumed.
    public var isResumed = true

    /// Verified, by the authorities of the system.
    public init() {}
}

extension ServiceTLSConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("verify", .boolean, into: &isVerified)
        section.read("ca", .path(in: section.context), into: &authorities)
        section.read("name", .expectedName, into: &name)
        section.read("server-name", .hostName, into: &serverName)
        section.read("certificate", .path(in: section.context), into: &certificate)
        section.read("key", .path(in: section.context), into: &key)
        section.read("minimum-version", .word(), into: &minimumVersion)
        section.read("resumption", .boolean, into: &isResumed)
        for (present, other) in [("certificate", "key"), ("key", "certificate")]
        where section.has(present) && !section.has(other) {
            section.context.refuse(
                "'\(present)' needs '\(other)' beside it", at: section.position(of: present))
        }
        guard !isVerified else { return }
        for key in ["ca", "name"] where section.has(key) {
            section.context.refuse(
                "'\(key)' means nothing with 'verify: false'", at: section.position(of: key))
        }
        section.context.warn(
            "'verify: false': whoever answers at an instance's address is believed to be it",
            at: section.position(of: "verify"))
    }
}
