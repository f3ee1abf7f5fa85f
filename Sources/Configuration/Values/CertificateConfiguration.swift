/// A certificate with its key, both in PEM.
public struct CertificateConfiguration: Sendable, Equatable {
    /// The file of the certificate, followed by its chain.
    public var certificate: String
    /// The file of the private key.
    public var key: String
    /// The names that it is used for, lower case, `*.` in front for a wildcard; empty: those that the certificate bears.
    public var names: [String] = []

    /// A pair of files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

extension CertificateConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        let path = ScalarFormat<String>.path(in: section.context)
        self.init(
            certificate: section.required("certificate", path, placeholder: ""),
            key: section.required("key", path, placeholder: ""))
        section.read("names", listOf: .certificateName, into: &names)
    }
}
