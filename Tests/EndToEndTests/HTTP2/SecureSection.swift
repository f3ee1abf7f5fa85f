internal import TestSupport

/// The `tls` section of a gateway with the development certificates.
enum SecureSection {
    static func text(
        _ names: [String] = ["server"], resumption: String = "both", ciphers: String? = nil,
        more: String = ""
    ) -> String {
        let pairs = names.map { "{ certificate: certs/\($0).pem, key: certs/\($0).key }" }
        let suites = ciphers.map { ", ciphers: \"\($0)\"" } ?? ""
        let others = more.isEmpty ? "" : ", \(more)"
        return
            "{ certificates: [\(pairs.joined(separator: ", "))], resumption: \(resumption)\(suites)\(others) }"
    }
}

/// The names of a certificate.
enum CertificateName {
    /// The first of its names.
    static func first(of path: String) throws -> String? {
        let said = try Command("openssl", ["x509", "-in", path, "-noout", "-ext", "subjectAltName"]).output
        let name = said.split(separator: "DNS:").dropFirst().first?.prefix { $0 != "," && $0 != "\n" }
        return name.map { String($0).replacing("*", with: "a") }
    }
}
