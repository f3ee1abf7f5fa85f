/// What a virtual host offers its clients. The defaults are those of Mozilla's "intermediate" profile.
public struct ServerSettings: Sendable {
    /// The suites of TLS 1.2 by default: forward secret, authenticated encryption only.
    public static let defaultCiphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
        + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    /// The suites of TLS 1.3 by default.
    public static let defaultCipherSuites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    /// The groups by default.
    public static let defaultGroups = "X25519:P-256:P-384"

    /// The certificates of this virtual host: at most one for each kind of key, ECDSA beside RSA.
    public var certificates: [CertificatePair]
    /// The oldest version spoken.
    public var minimumVersion = TLSVersion.tls12
    /// The newest version spoken.
    public var maximumVersion = TLSVersion.tls13
    /// The suites of TLS 1.2, in OpenSSL's notation.
    public var ciphers = ServerSettings.defaultCiphers
    /// The suites of TLS 1.3, in OpenSSL's notation.
    public var cipherSuites = ServerSettings.defaultCipherSuites
    /// The groups for the key exchange, in OpenSSL's notation.
    public var groups = ServerSettings.defaultGroups
    /// Whether our order of suites counts, not the client's.
    public var prefersServerOrder = false
    /// Application protocols in order of preference, for example `http/1.1`; without overlap with the client's the
    /// handshake ends with an alert (RFC 7301). Empty: the extension is ignored.
    public var applicationProtocols: [[UInt8]] = []
    /// Which sessions are resumed. Contexts that one listener chooses from should all have the same.
    public var resumption = Resumption.both
    /// Sets this virtual host's sessions apart from those of all others: 1...32 bytes.
    public var sessionContext: [UInt8]
    /// How long a session may be resumed if no delegate says less, in seconds.
    public var ticketLifetime: UInt32 = 4 * 3600
    /// The keys that seal tickets: one ring for all contexts, kept over a reload.
    public var ticketKeys: TicketKeyRing

    /// Settings with the defaults, for these certificates.
    ///
    /// - Parameters:
    ///   - certificates: at most one for each kind of key.
    ///   - sessionContext: 1...32 bytes, different for each virtual host.
    ///   - ticketKeys: the ring of all contexts.
    public init(certificates: [CertificatePair], sessionContext: [UInt8], ticketKeys: TicketKeyRing) {
        self.certificates = certificates
        self.sessionContext = sessionContext
        self.ticketKeys = ticketKeys
    }
}
