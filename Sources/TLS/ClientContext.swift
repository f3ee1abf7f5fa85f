internal import COpenSSL
internal import Platform
public import Runtime

/// A client's TLS, shared by its connections: to services, and those of probes, tests and benchmarks.
@safe
public final class ClientContext: Sendable {
    /// What the context was made from.
    public let settings: ClientSettings
    // An SSL_CTX may be used by many threads once nobody changes it: it is complete at the end of `init`.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// A context from its settings.
    public init(_ settings: ClientSettings) throws(TLSError) {
        ErrorQueue.clear()
        guard let pointer = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw .unavailable(what: "TLS context", cause: ErrorQueue.takeSentence())
        }
        do {
            try unsafe ClientContext.configure(pointer, settings)
        } catch {
            unsafe SSL_CTX_free(pointer)
            throw error
        }
        self.settings = settings
        unsafe self.pointer = pointer
        unsafe Callbacks.installClient(in: pointer)
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    /// A client's side of a connection.
    ///
    /// - Parameters:
    ///   - transport: a connected socket.
    ///   - serverName: the name to ask for; nil for none.
    ///   - expected: the name or the IP address that the certificate has to bear; nil: `serverName`.
    ///   - session: what ``TLSConnection/takeSession()`` gave for an earlier connection, to be resumed.
    ///   - protocols: the application protocols that are offered; nil: those of the settings.
    /// - Returns: the connection, before its handshake.
    /// - Throws: ``TLSFailure`` if OpenSSL has no memory or refuses the name.
    public func connect(
        over transport: Transport, serverName: String? = nil, expecting expected: String? = nil,
        resuming session: [UInt8]? = nil, offering protocols: [[UInt8]]? = nil
    ) throws(TLSFailure) -> TLSConnection {
        let connection = try TLSConnection(
            client: self, serverName: serverName, session: session, transport: transport)
        // This one returns 0 for success.
        if let protocols, let names = ProtocolNames.encode(protocols),
            unsafe SSL_set_alpn_protos(connection.ssl, names, UInt32(names.count)) != 0
        {
            throw TLSFailure(.internal)
        }
        if settings.verifiesServer, let name = expected ?? serverName {
            try unsafe ClientContext.expect(name, of: connection.ssl)
        }
        return connection
    }

    /// Lets only certificates verify that bear `name`: for an address there is a kind of its own.
    private static func expect(_ name: String, of ssl: OpaquePointer) throws(TLSFailure) {
        let isAddress = IPAddress(name) != nil
        // RFC 9525: the alternative names alone count, and a wildcard stands for a whole label.
        unsafe SSL_set_hostflags(
            ssl, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        guard
            unsafe isAddress
                ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1
                : SSL_set1_host(ssl, name) == 1
        else { throw TLSFailure(code: ErrorQueue.takeFirst()) }
    }

    // MARK: Set-up

    private static func configure(_ pointer: OpaquePointer, _ settings: ClientSettings) throws(TLSError) {
        guard settings.minimumVersion <= settings.maximumVersion,
            unsafe limpet_ctx_set_versions(
                pointer, Int32(settings.minimumVersion.rawValue), Int32(settings.maximumVersion.rawValue))
                == 1
        else {
            throw .setting(
                name: "minimum version", value: "\(settings.minimumVersion.name)", cause: "above the maximum")
        }
        guard unsafe SSL_CTX_set_cipher_list(pointer, settings.ciphers) == 1 else {
            throw .setting(name: "ciphers", value: settings.ciphers, cause: ErrorQueue.takeSentence())
        }
        if let signatures = settings.signatureAlgorithms,
            unsafe limpet_ctx_set_signatures(pointer, signatures) != 1
        {
            throw .setting(
                name: "signature algorithms", value: signatures, cause: ErrorQueue.takeSentence())
        }
        if let groups = settings.groups, unsafe limpet_ctx_set_groups(pointer, groups) != 1 {
            throw .setting(name: "groups", value: groups, cause: ErrorQueue.takeSentence())
        }
        guard let names = ProtocolNames.encode(settings.applicationProtocols),
            // This one returns 0 for success.
            unsafe names.isEmpty || SSL_CTX_set_alpn_protos(pointer, names, UInt32(names.count)) == 0
        else {
            throw .setting(
                name: "application protocols", value: "\(settings.applicationProtocols.count) names",
                cause: "each has 1 to 255 bytes")
        }
        unsafe limpet_ctx_allow_moving_write_buffer(pointer)
        unsafe SSL_CTX_set_options(pointer, limpet_op_no_renegotiation() | limpet_op_no_compression())
        if !settings.offersTickets { unsafe SSL_CTX_set_options(pointer, limpet_op_no_ticket()) }
        unsafe limpet_ctx_set_cache_mode(pointer, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        if let pair = settings.certificate {
            let chain = try CertificateChain(path: pair.certificate)
            try chain.check(now: .now)
            try unsafe chain.show(in: pointer, key: pair.key)
        }
        guard settings.verifiesServer else { return }
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        if let authorities = settings.authorities {
            guard unsafe SSL_CTX_load_verify_file(pointer, authorities) == 1 else {
                throw .file(path: authorities, cause: ErrorQueue.takeSentence())
            }
        } else {
            guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw .unavailable(what: "the system's authorities", cause: ErrorQueue.takeSentence())
            }
        }
    }

    /// Sets what differs from connection to connection.
    ///
    /// - Returns: the length of the ticket that is offered; 0 for none.
    func prepare(_ ssl: OpaquePointer, serverName: String?, session: [UInt8]?) throws(TLSFailure) -> Int {
        if let serverName {
            guard unsafe limpet_ssl_set_host_name(ssl, serverName) == 1
            else { throw TLSFailure(code: ErrorQueue.takeFirst()) }
        }
        guard let session, let decoded = unsafe SessionEncoding.decode(session.span) else { return 0 }
        defer { unsafe SSL_SESSION_free(decoded) }
        guard unsafe SSL_set_session(ssl, decoded) == 1 else {
            throw TLSFailure(code: ErrorQueue.takeFirst())
        }
        var ticketBytes = 0
        unsafe SSL_SESSION_get0_ticket(decoded, nil, &ticketBytes)
        return ticketBytes
    }
}
