internal import COpenSSL
public import Platform

/// Why a connection failed: compact, so that none of it costs anything before somebody asks for the words.
public struct TLSFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure: for counters, and for what to do about it.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// The peer broke the protocol; an alert was sent to it.
        case protocolViolation
        /// What came is no TLS at all, for example plain HTTP.
        case notTLS
        /// The peer sent a fatal alert: ``TLSFailure/alert`` says which.
        case peerAlert
        /// No TLS version in common.
        case noCommonVersion
        /// No cipher suite, group or signature algorithm in common.
        case noCommonCipher
        /// No application protocol in common (RFC 7301, section 3.2).
        case noCommonApplicationProtocol
        /// The server name was refused (RFC 6066, section 3).
        case unrecognizedName
        /// The peer's certificate does not verify.
        case badCertificate
        /// The peer closed its side without a close_notify.
        case truncated
        /// The transport failed: ``TLSFailure/transportError`` says how.
        case transport
        /// OpenSSL has no memory, or a fault that is ours.
        case `internal`
    }

    /// What kind of failure.
    public let kind: Kind
    /// OpenSSL's packed error code; 0 if it gave none.
    let code: UInt
    /// Why the peer's certificate does not verify (`X509_V_ERR_…`); 0 if that is not what failed.
    let verification: Int
    /// The error of the transport, when that failed.
    public let transportError: SystemError?

    init(_ kind: Kind, code: UInt = 0, verification: Int = 0, transportError: SystemError? = nil) {
        self.kind = kind
        self.code = code
        self.verification = verification
        self.transportError = transportError
    }

    /// Sorts an error that OpenSSL has put into its queue.
    init(code: UInt) {
        self.init(TLSFailure.kind(of: code), code: code)
    }

    /// OpenSSL's reason code (`SSL_R_…`); 0 if it gave none.
    public var reason: Int32 {
        limpet_error_reason(code)
    }

    /// The alert that the peer sent (RFC 8446, section 6), for ``Kind/peerAlert``.
    public var alert: UInt8? {
        guard kind == .peerAlert else { return nil }
        return UInt8(truncatingIfNeeded: reason - SSL_AD_REASON_OFFSET)
    }

    /// Whether it is a verdict, ours on the peer or the peer's on us, which the next attempt would come to again: a
    /// certificate that does not do, or nothing in common that could be spoken.
    public var isVerdict: Bool {
        switch kind {
        case .badCertificate, .noCommonApplicationProtocol: true
        case .peerAlert: alert.map { Self.verdicts.contains($0) } ?? false
        default: false
        }
    }

    /// Whether there is no application protocol that both speak.
    public var isDisagreement: Bool { kind == .noCommonApplicationProtocol || alert == 120 }

    /// handshake_failure, bad_certificate, unsupported_certificate, certificate_revoked, certificate_expired, certificate_unknown, unknown_ca,
    /// access_denied, certificate_required, no_application_protocol (RFC 8446 section 6.2).
    private static let verdicts: Set<UInt8> = [40, 42, 43, 44, 45, 46, 48, 49, 116, 120]

    /// A sentence for logs.
    public var description: String {
        if let transportError { return transportError.description }
        switch kind {
        case .truncated: return "closed without close_notify"
        case .badCertificate where verification != 0:
            return
                unsafe "the certificate does not verify: \(String(cString: X509_verify_cert_error_string(verification)))"
        case .unrecognizedName: return "unrecognized server name"
        case .noCommonApplicationProtocol where code == 0: return "no application protocol was agreed on"
        default: return code == 0 ? "\(kind)" : ErrorQueue.sentence(for: code)
        }
    }

    private static func kind(of code: UInt) -> Kind {
        guard limpet_error_library(code) == ERR_LIB_SSL else { return .internal }
        let reason = limpet_error_reason(code)
        if reason >= SSL_AD_REASON_OFFSET { return .peerAlert }
        switch reason {
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_WRONG_VERSION_NUMBER: return .notTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_NO_PROTOCOLS_AVAILABLE:
            return .noCommonVersion
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_KEY_SHARE,
            SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            return .noCommonCipher
        case SSL_R_NO_APPLICATION_PROTOCOL: return .noCommonApplicationProtocol
        case SSL_R_CERTIFICATE_VERIFY_FAILED, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return .badCertificate
        case SSL_R_UNEXPECTED_EOF_WHILE_READING: return .truncated
        case Int32(ERR_R_MALLOC_FAILURE), Int32(ERR_R_INTERNAL_ERROR): return .internal
        default: return .protocolViolation
        }
    }
}
