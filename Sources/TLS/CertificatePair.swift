/// The files of a certificate with its chain and of the private key that belongs to it, both PEM.
public struct CertificatePair: Hashable, Sendable {
    /// The file with the leaf first, then the chain.
    public var certificate: String
    /// The file with the private key, not encrypted.
    public var key: String

    /// A pair from the paths of its files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
