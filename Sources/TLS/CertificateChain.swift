internal import COpenSSL
internal import Platform

/// The certificates of a PEM file: the leaf, then those that issued it.
@safe
final class CertificateChain {
    /// The most certificates in a file.
    static let limit = 16

    let path: String
    let leaf: OpaquePointer
    /// What follows the leaf.
    let issuers: OpaquePointer

    /// Reads the file.
    init(path: String) throws(TLSError) {
        ErrorQueue.clear()
        guard let file = unsafe BIO_new_file(path, "r") else {
            throw .file(path: path, cause: ErrorQueue.takeSentence())
        }
        defer { unsafe BIO_free(file) }
        guard let leaf = unsafe PEM_read_bio_X509_AUX(file, nil, nil, nil) else {
            throw .file(path: path, cause: CertificateChain.cause(of: ErrorQueue.takeFirst()))
        }
        guard let issuers = unsafe limpet_x509_stack() else {
            unsafe X509_free(leaf)
            throw .unavailable(what: path, cause: ErrorQueue.takeSentence())
        }
        self.path = path
        unsafe self.leaf = leaf
        unsafe self.issuers = issuers
        while let issuer = unsafe PEM_read_bio_X509(file, nil, nil, nil) {
            guard unsafe limpet_x509_count(issuers) < CertificateChain.limit else {
                unsafe X509_free(issuer)
                throw .file(path: path, cause: "more than \(CertificateChain.limit) certificates")
            }
            guard unsafe limpet_x509_push(issuers, issuer) > 0 else {
                unsafe X509_free(issuer)
                throw .unavailable(what: path, cause: ErrorQueue.takeSentence())
            }
        }
        // The end of the file reads as "no start line"; whatever else stopped the reading is a fault of the file.
        let code = ErrorQueue.takeFirst()
        guard CertificateChain.isEndOfFile(code) else {
            throw .file(path: path, cause: ErrorQueue.sentence(for: code))
        }
    }

    deinit {
        unsafe X509_free(leaf)
        unsafe limpet_x509_stack_free(issuers)
    }

    /// Checks the dates of all certificates, and that each was issued by the next one.
    func check(now: WallTime) throws(TLSError) {
        var previous: OpaquePointer?
        for position in 0...Int(unsafe limpet_x509_count(issuers)) {
            let certificate = unsafe position == 0 ? leaf : limpet_x509_at(issuers, Int32(position - 1))
            guard let certificate = unsafe certificate else { continue }
            let notBefore = unsafe X509_get0_notBefore(certificate)
            let notAfter = unsafe X509_get0_notAfter(certificate)
            if let begin = unsafe CertificateChain.moment(notBefore), begin > now {
                throw .notYetValid(path: path, notBefore: unsafe CertificateChain.text(of: notBefore))
            }
            if let end = unsafe CertificateChain.moment(notAfter), end < now {
                throw .expired(path: path, notAfter: unsafe CertificateChain.text(of: notAfter))
            }
            if let previous = unsafe previous, unsafe X509_check_issued(certificate, previous) != X509_V_OK {
                throw .brokenChain(path: path, position: position - 1)
            }
            unsafe previous = certificate
        }
    }

    /// Makes it what `context` shows, with the private key of the file `key`, which has to belong to it.
    func show(in context: OpaquePointer, key path: String) throws(TLSError) {
        let key = try PrivateKey(path: path)
        guard unsafe X509_check_private_key(leaf, key.pointer) == 1 else {
            ErrorQueue.clear()
            throw .keyMismatch(certificate: self.path, key: path)
        }
        guard unsafe SSL_CTX_use_cert_and_key(context, leaf, key.pointer, issuers, 0) == 1 else {
            throw .file(path: self.path, cause: ErrorQueue.takeSentence())
        }
    }

    /// What the leaf says.
    func summary() throws(TLSError) -> CertificateSummary {
        guard let notBefore = unsafe CertificateChain.moment(X509_get0_notBefore(leaf)),
            let notAfter = unsafe CertificateChain.moment(X509_get0_notAfter(leaf))
        else {
            throw .file(path: path, cause: "the certificate's dates cannot be read")
        }
        var fingerprint = Digest()
        var span = fingerprint.storage.mutableSpan
        let isDone = unsafe span.withUnsafeMutableBufferPointer {
            unsafe X509_digest(leaf, Algorithms.sha256, $0.baseAddress, nil)
        }
        guard isDone == 1 else { throw .unavailable(what: path, cause: ErrorQueue.takeSentence()) }
        return CertificateSummary(
            path: path, names: alternativeNames(kind: GEN_DNS), addresses: alternativeNames(kind: GEN_IPADD),
            keyKind: keyKind, notBefore: notBefore, notAfter: notAfter, fingerprint: fingerprint)
    }

    private var keyKind: CertificateSummary.KeyKind {
        guard let key = unsafe X509_get0_pubkey(leaf) else { return .other }
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS: return .rsa
        case EVP_PKEY_EC: return .ecdsa
        case EVP_PKEY_ED25519, EVP_PKEY_ED448: return .edwards
        default: return .other
        }
    }

    /// The alternative names of one kind; DNS names in lower case.
    private func alternativeNames(kind: Int32) -> [[UInt8]] {
        guard let names = unsafe limpet_x509_alternative_names(leaf) else { return [] }
        defer { unsafe GENERAL_NAMES_free(names) }
        var found: [[UInt8]] = []
        for index in 0..<(unsafe limpet_general_name_count(names)) {
            guard let name = unsafe limpet_general_name_at(names, index),
                let string = unsafe limpet_general_name_string(name, kind)
            else { continue }
            let bytes = unsafe UnsafeBufferPointer(
                start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
            found.append(
                kind == GEN_DNS ? unsafe bytes.map(\.lowerCased) : unsafe Array(bytes))
        }
        return found
    }

    /// Seconds since 1970 of a certificate's time; what lies before counts as 1970.
    private static func moment(_ time: UnsafePointer<ASN1_TIME>?) -> WallTime? {
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return nil }
        defer { unsafe ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return WallTime(seconds: UInt64(clamping: Int64(days) * 86_400 + Int64(seconds)))
    }

    private static func text(of time: UnsafePointer<ASN1_TIME>?) -> String {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return "?" }
        defer { unsafe BIO_free(memory) }
        var text = [UInt8](repeating: 0, count: 64)
        guard unsafe ASN1_TIME_print(memory, time) == 1 else { return "?" }
        let count = unsafe text.withUnsafeMutableBytes {
            unsafe BIO_read(memory, $0.baseAddress, Int32($0.count))
        }
        return String(decoding: text.prefix(Int(max(count, 0))), as: UTF8.self)
    }

    private static func isEndOfFile(_ code: UInt) -> Bool {
        limpet_error_library(code) == ERR_LIB_PEM && limpet_error_reason(code) == PEM_R_NO_START_LINE
    }

    private static func cause(of code: UInt) -> String {
        isEndOfFile(code) ? "no certificate in PEM form" : ErrorQueue.sentence(for: code)
    }
}
