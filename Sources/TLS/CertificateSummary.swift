internal import COpenSSL
public import Platform

/// What a server certificate says of itself, as far as a gateway needs it: to choose by name, to group the kinds
/// of keys, to warn before it expires.
public struct CertificateSummary: Sendable {
    /// The kind of a certificate's key.
    public enum KeyKind: UInt8, Hashable, Sendable {
        /// RSA, with either padding.
        case rsa
        /// ECDSA, on any curve.
        case ecdsa
        /// Ed25519 or Ed448.
        case edwards
        /// Something else.
        case other
    }

    /// The file that it was read from.
    public let path: String
    /// The DNS names (subjectAltName, RFC 5280, section 4.2.1.6) in lower case, wild cards included.
    public let names: [[UInt8]]
    /// The IP addresses, of 4 or 16 bytes each.
    public let addresses: [[UInt8]]
    /// The kind of the key.
    public let keyKind: KeyKind
    /// When it begins to be valid.
    public let notBefore: WallTime
    /// When it ceases to be valid.
    public let notAfter: WallTime
    /// The SHA-256 of the certificate.
    public let fingerprint: Digest

    /// Reads and checks the certificates of a file, without a key: see ``TLSError`` for what may be wrong.
    public init(path: String, now: WallTime = .now) throws(TLSError) {
        let chain = try CertificateChain(path: path)
        try chain.check(now: now)
        self = try chain.summary()
    }

    init(
        path: String, names: [[UInt8]], addresses: [[UInt8]], keyKind: KeyKind, notBefore: WallTime,
        notAfter: WallTime, fingerprint: Digest
    ) {
        self.path = path
        self.names = names
        self.addresses = addresses
        self.keyKind = keyKind
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.fingerprint = fingerprint
    }
}
