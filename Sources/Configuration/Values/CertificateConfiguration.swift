/// A certificate with its key, both in PEM.
public struct CertificateConfiguration: Sendable, Equatable {
    /// The file of the certificate, followed by its chain.
    public var certificate: String
    /// The file of the private key.
    public var key: String
    /// The certificate's path as the configuration has it: the same on every appliance, wherever the configuration lies.
    public var writtenPath: String
    /// The names that it is used for, lower case, `*.` in front for a wildcard; empty: those that the certificate bears.
    public var names: [String] = []

    /// A pair of files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
        writtenPath = certificate
    }
}

extension CertificateConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        let path = section.required("certificate", .text, placeholder: "")
        self.init(
            certificate: section.context.resolve(path),
            key: section.required("key", .path(in: section.context), placeholder: ""))
        writtenPath = path
        section.read("names", listOf: .certificateName, into: &names)
    }
}
