internal import COpenSSL

/// What OpenSSL calls: each finds the connection of the `SSL` and calls its method. Formed in nonisolated code, so
/// that they may run on any worker.
enum Callbacks {
    /// Installs all callbacks of a server. Every context has the same, since OpenSSL takes some from the context
    /// that a connection began with and some from the one that was chosen for it; the connection knows which counts.
    static func install(in context: OpaquePointer) {
        unsafe SSL_CTX_set_client_hello_cb(
            context,
            { ssl, alert, _ in
                guard let connection = unsafe TLSConnection.of(ssl), let alert = unsafe alert else {
                    return SSL_CLIENT_HELLO_ERROR
                }
                guard let refusal = connection.answerClientHello() else { return SSL_CLIENT_HELLO_SUCCESS }
                unsafe alert.pointee = refusal
                return SSL_CLIENT_HELLO_ERROR
            }, nil)
        // The name was judged in the client hello: this only lets the server hello acknowledge it (RFC 6066).
        unsafe limpet_ctx_set_server_name_callback(context) { _, _, _ in SSL_TLSEXT_ERR_OK }
        unsafe SSL_CTX_set_alpn_select_cb(
            context,
            { ssl, chosen, chosenBytes, list, listBytes, _ in
                guard let connection = unsafe TLSConnection.of(ssl), let list = unsafe list else {
                    return SSL_TLSEXT_ERR_ALERT_FATAL
                }
                let offer = unsafe UnsafeBufferPointer(start: list, count: Int(listBytes))
                switch unsafe connection.selectProtocol(from: offer.span) {
                case .notUsed: return SSL_TLSEXT_ERR_NOACK
                case .none: return SSL_TLSEXT_ERR_ALERT_FATAL
                case .selected(let range):
                    unsafe chosen?.pointee = list + range.lowerBound
                    unsafe chosenBytes?.pointee = UInt8(truncatingIfNeeded: range.count)
                    return SSL_TLSEXT_ERR_OK
                }
            }, nil)
        unsafe installTickets(in: context)
        unsafe installSessions(in: context)
    }

    /// Installs what a client needs: the capture of its sessions, and the word that a certificate is wanted of it.
    static func installClient(in context: OpaquePointer) {
        unsafe SSL_CTX_sess_set_new_cb(context) { ssl, session in
            if let connection = unsafe TLSConnection.of(ssl), let session = unsafe session {
                unsafe connection.capture(session)
            }
            return 0
        }
        unsafe SSL_CTX_set_cert_cb(
            context,
            { ssl, _ in
                unsafe TLSConnection.of(ssl)?.wasAskedForCertificate = true
                return 1
            }, nil)
    }

    private static func installTickets(in context: OpaquePointer) {
        unsafe limpet_ctx_set_ticket_callback(context) {
            ssl, name, vector, cipher, authentication, isSealing in
            guard let connection = unsafe TLSConnection.of(ssl), let name = unsafe name,
                let vector = unsafe vector, let cipher = unsafe cipher,
                let authentication = unsafe authentication
            else { return -1 }
            return isSealing == 1
                ? unsafe connection.prepareSealing(name, vector, cipher, authentication)
                : unsafe connection.prepareOpening(name, vector, cipher, authentication)
        }
        unsafe SSL_CTX_set_session_ticket_cb(
            context,
            { ssl, _ in
                unsafe TLSConnection.of(ssl)?.fillTicket()
                return 1
            },
            { ssl, session, _, _, status, _ in
                guard let connection = unsafe TLSConnection.of(ssl) else { return SSL_TICKET_RETURN_IGNORE }
                return unsafe connection.judgeTicket(session, status: status)
            }, nil)
    }

    private static func installSessions(in context: OpaquePointer) {
        unsafe SSL_CTX_sess_set_new_cb(context) { ssl, session in
            if let connection = unsafe TLSConnection.of(ssl), let session = unsafe session {
                unsafe connection.keepSession(session)
            }
            // The reference that was offered is not taken: what is kept is the session's DER.
            return 0
        }
        unsafe SSL_CTX_sess_set_get_cb(context) { ssl, bytes, count, copies in
            unsafe copies?.pointee = 0
            guard let connection = unsafe TLSConnection.of(ssl), let bytes = unsafe bytes, count > 0 else {
                return nil
            }
            let identifier = unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
            return unsafe connection.lookUpSession(identifier.span)
        }
    }
}
