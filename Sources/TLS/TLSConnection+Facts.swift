internal import COpenSSL
internal import Runtime

/// What is known of a connection once its handshake is over.
extension TLSConnection {
    /// The version; nil before it has been agreed on.
    public var version: TLSVersion? {
        TLSVersion(rawValue: UInt16(truncatingIfNeeded: unsafe SSL_version(ssl)))
    }

    /// The number of the cipher suite in IANA's registry; 0 before it has been agreed on.
    public var cipherNumber: UInt16 {
        guard let cipher = unsafe SSL_get_current_cipher(ssl) else { return 0 }
        return unsafe SSL_CIPHER_get_protocol_id(cipher)
    }

    /// The bytes of the cipher suite's name as the RFCs spell it, for example `TLS_AES_128_GCM_SHA256`.
    public func withCipherName<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        guard let cipher = unsafe SSL_get_current_cipher(ssl),
            let name = unsafe SSL_CIPHER_standard_name(cipher)
        else { return body(Span()) }
        var count = 0
        while unsafe name[count] != 0 { count += 1 }
        return unsafe name.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
            let buffer = unsafe UnsafeBufferPointer(start: bytes, count: count)
            return unsafe body(buffer.span)
        }
    }

    /// Whether the handshake was an abbreviated one.
    public var isResumed: Bool {
        unsafe SSL_session_reused(ssl) == 1
    }

    /// How the session was resumed.
    public var resumptionKind: ResumptionKind {
        guard isResumed else { return .none }
        let isTicket = context == nil ? clientUsedTicket : acceptedKind == .ticket
        switch version {
        case .tls12: return isTicket ? .ticket12 : .sessionID12
        case .tls13: return isTicket ? .stateless13 : .stateful13
        case nil: return .none
        }
    }

    /// The application protocol that was agreed on; empty if none.
    public var applicationProtocol: [UInt8] {
        if let context {
            guard let protocolIndex else { return [] }
            return context.settings.applicationProtocols[protocolIndex]
        }
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &count)
        return unsafe Array(UnsafeBufferPointer(start: name, count: Int(count)))
    }

    /// The SHA-256 of the certificate that the peer showed in this handshake or, if it was resumed, in the first one
    /// of the session; nil if there is none.
    public var peerCertificateDigest: [UInt8]? {
        guard let certificate = unsafe SSL_get0_peer_certificate(ssl) else { return nil }
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard unsafe X509_digest(certificate, Algorithms.sha256, &digest, &count) == 1 else { return nil }
        return digest
    }

    /// Whether decrypted bytes, or a record that was read in part, wait inside; see also ``mayHaveInput``.
    public var hasBufferedInput: Bool {
        unsafe SSL_has_pending(ssl) == 1
    }

    /// Whether reading can bring anything: bytes wait here or in the transport, or the kernel has not been found
    /// empty since the last edge.
    public var mayHaveInput: Bool {
        unsafe transport.mayHaveInput || SSL_has_pending(ssl) == 1
    }

    /// In the client's role, whether the resumed session came with a sealed ticket and not with a mere key.
    private var clientUsedTicket: Bool {
        guard let session = unsafe SSL_get_session(ssl) else { return false }
        guard version == .tls13 else { return unsafe SSL_SESSION_has_ticket(session) == 1 }
        return offeredTicketBytes != Int(SSL_MAX_SSL_SESSION_ID_LENGTH)
    }
}
