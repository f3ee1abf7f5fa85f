/// What a client offers and demands.
public struct ClientSettings: Sendable {
    /// The oldest version offered.
    public var minimumVersion = TLSVersion.tls12
    /// The newest version offered.
    public var maximumVersion = TLSVersion.tls13
    /// Whether the `session_ticket` extension is offered. Without it TLS 1.2 uses session IDs.
    public var offersTickets = true
    /// Whether the server's certificate is verified, and its name if one is asked for.
    public var verifiesServer = true
    /// The file with the authorities that are trusted, PEM; nil for the system's.
    public var authorities: String?
    /// What is shown to a server that asks for a certificate; nil: nothing.
    public var certificate: CertificatePair?
    /// The application protocols offered, in order of preference.
    public var applicationProtocols: [[UInt8]] = []
    /// Whether a server that agrees on none of them is refused: its handshake fails.
    public var needsApplicationProtocol = false
    /// The suites of TLS 1.2, in OpenSSL's notation.
    public var ciphers = ServerSettings.defaultCiphers
    /// The signature algorithms offered, in OpenSSL's notation; nil for OpenSSL's own. A server with several kinds of
    /// keys takes the one that fits.
    public var signatureAlgorithms: String?
    /// The groups offered, in OpenSSL's notation; nil for OpenSSL's own.
    public var groups: String?

    /// The defaults: verified, TLS 1.2 and 1.3, with tickets.
    public init() {}
}
