internal import COpenSSL
public import Platform

/// The client's role: its sessions, and reading like from a socket.
extension TLSConnection {
    /// Reads what the server has said, as a transport would: for those who may have either. An end that was not announced
    /// is a failure, for the message may be cut off (RFC 9112 section 9.8).
    public func receive(into buffer: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        switch unsafe read(into: buffer) {
        case .bytes(let count): .bytes(count)
        case .wantRead: .wouldBlock
        case .closed: .end
        case .failed(let failure):
            .failed(failed(failure))
        }
    }

    private func failed(_ failure: TLSFailure) -> SystemError {
        receiveFailure = failure
        return failure.transportError ?? SystemError("TLS", number: Self.protocolError)
    }

    /// EPROTO of errno(3).
    private static var protocolError: Int32 { 71 }

    /// The kind of key in the server's certificate as OpenSSL names it, for example `EC` or `RSA`; nil if it is not known.
    public var serverKeyKind: String? {
        guard let certificate = unsafe SSL_get0_peer_certificate(ssl),
            let name = unsafe EVP_PKEY_get0_type_name(X509_get0_pubkey(certificate))
        else { return nil }
        return unsafe String(cString: name)
    }

    /// The kind of key that the server has exchanged keys with, for example `X25519`, or `EC` for the curves of NIST; nil
    /// if none were exchanged, as in abbreviated handshakes of TLS 1.2.
    public var keyExchangeKind: String? {
        guard let share = unsafe limpet_ssl_peer_share(ssl) else { return nil }
        defer { unsafe EVP_PKEY_free(share) }
        guard let name = unsafe EVP_PKEY_get0_type_name(share) else { return nil }
        return unsafe String(cString: name)
    }

    /// Takes the newest session that the server has given, in DER, to resume with; nil if there is none yet.
    ///
    /// In TLS 1.3 tickets come after the handshake, with what is read; in TLS 1.2 a ticket that was renewed while
    /// resuming is found only in the connection's session.
    public func takeSession() -> [UInt8]? {
        if version == .tls12, unsafe SSL_is_init_finished(ssl) == 1, let session = unsafe SSL_get_session(ssl)
        {
            unsafe capture(session)
        }
        defer { capturedSession = nil }
        return capturedSession
    }

    /// How long the server says that the newest session may be resumed, in seconds (`ticket_lifetime`); 0 if it
    /// says nothing, as with session IDs and with renewed tickets of TLS 1.2.
    public var sessionLifetimeHint: UInt32 {
        guard let session = unsafe SSL_get_session(ssl) else { return 0 }
        return version == .tls13
            ? capturedLifetime : UInt32(clamping: unsafe SSL_SESSION_get_ticket_lifetime_hint(session))
    }

    /// Keeps a session, if it can be resumed.
    func capture(_ session: OpaquePointer) {
        guard unsafe SSL_SESSION_is_resumable(session) == 1 else { return }
        capturedLifetime = UInt32(clamping: unsafe SSL_SESSION_get_ticket_lifetime_hint(session))
        unsafe SessionEncoding.withEncoded(session) { bytes in
            capturedSession = [UInt8](capacity: bytes.count) { output in
                for index in bytes.indices { output.append(bytes[index]) }
            }
        }
    }
}
