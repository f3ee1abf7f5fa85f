/// A certificate that signs itself, for `localhost`, `*.limpet.test` and the loop-back addresses.
public struct TestCertificate: Sendable {
    /// The file of the certificate.
    public let certificate: String
    /// The file of its key.
    public let key: String

    /// Makes `NAME.pem` and `NAME.key` in a folder.
    public init(in folder: TemporaryFolder, name: String = "server") throws {
        certificate = folder.file("\(name).pem")
        key = folder.file("\(name).key")
        let made = try Command(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2",
                "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,DNS:limpet.test,DNS:*.limpet.test,IP:127.0.0.1,IP:::1",
                "-keyout", key,
                "-out", certificate,
            ])
        guard made.ending == .exited(0) else {
            throw HarnessError.gateway("openssl made no certificate", log: made.errors)
        }
    }

    /// The value of the key `tls` of a configuration.
    public var section: String {
        "{ certificates: [ { certificate: \"\(certificate)\", key: \"\(key)\" } ] }"
    }
}
