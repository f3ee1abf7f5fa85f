internal import COpenSSL

/// Why a context could not be made: what an operator has to mend, with the file that it stands in.
public enum TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file cannot be read, or has not the content that it should have.
    case file(path: String, cause: String)
    /// The private key does not belong to the certificate.
    case keyMismatch(certificate: String, key: String)
    /// A certificate in the file is no longer valid.
    case expired(path: String, notAfter: String)
    /// A certificate in the file is not yet valid.
    case notYetValid(path: String, notBefore: String)
    /// The certificate at this position (the leaf is 0) was not issued by the one that follows it.
    case brokenChain(path: String, position: Int)
    /// Two certificates of one virtual host have keys of the same kind, so that one would never be used.
    case duplicateKeyKind(first: String, second: String)
    /// A setting that OpenSSL or this module refuses, with its value.
    case setting(name: String, value: String, cause: String)
    /// OpenSSL has no memory or no randomness, or lacks an algorithm.
    case unavailable(what: String, cause: String)

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .file(let path, let cause): "\(path): \(cause)"
        case .keyMismatch(let certificate, let key):
            "\(key): the private key does not belong to the certificate \(certificate)"
        case .expired(let path, let notAfter): "\(path): the certificate expired on \(notAfter)"
        case .notYetValid(let path, let notBefore):
            "\(path): the certificate is not valid before \(notBefore)"
        case .brokenChain(let path, let position):
            "\(path): certificate \(position + 1) of the file was not issued by certificate \(position + 2)"
        case .duplicateKeyKind(let first, let second):
            "\(second): \(first) has a key of the same kind, so one of the two would never be used"
        case .setting(let name, let value, let cause): "\(name) \"\(value)\": \(cause)"
        case .unavailable(let what, let cause): "\(what): \(cause)"
        }
    }
}
