internal import COpenSSL
public import Platform

/// A virtual host's TLS: its certificates and what it offers. Made once, checked in full, shared by all workers.
///
/// OpenSSL's own session cache is off: tickets are sealed by the ring, and sessions of the stateful kinds are kept
/// by the delegate. Tickets of TLS 1.3 are made only when asked for (``TLSConnection/issueTicket()``).
@safe
public final class ServerContext: Sendable {
    /// The longest session-id context, in bytes.
    static let sessionContextLimit = Int(SSL_MAX_SID_CTX_LENGTH)

    /// What the context was made from.
    public let settings: ServerSettings
    /// What the certificates say, in the order of the settings.
    public let certificates: [CertificateSummary]
    // An SSL_CTX may be used by many threads once nobody changes it: it is complete at the end of `init`.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// A context from its settings. Files are read and checked: the key belongs to the certificate, the chain fits
    /// together, all certificates are valid now.
    ///
    /// - Parameters:
    ///   - settings: what the virtual host offers.
    ///   - now: the present moment.
    /// - Throws: ``TLSError`` with the file or the setting at fault.
    public init(_ settings: ServerSettings, now: WallTime = .now) throws(TLSError) {
        ErrorQueue.clear()
        guard let pointer = unsafe SSL_CTX_new(TLS_server_method()) else {
            throw .unavailable(what: "TLS context", cause: ErrorQueue.takeSentence())
        }
        do {
            try unsafe ServerContext.configure(pointer, settings)
            certificates = try unsafe ServerContext.load(settings.certificates, into: pointer, now: now)
        } catch {
            unsafe SSL_CTX_free(pointer)
            throw error
        }
        self.settings = settings
        unsafe self.pointer = pointer
        unsafe Callbacks.install(in: pointer)
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    /// The moment from which on the first of the certificates is no longer valid.
    public var notAfter: WallTime {
        certificates.map(\.notAfter).min() ?? WallTime(seconds: 0)
    }

    private static func configure(_ pointer: OpaquePointer, _ settings: ServerSettings) throws(TLSError) {
        guard settings.minimumVersion <= settings.maximumVersion,
            unsafe limpet_ctx_set_versions(
                pointer, Int32(settings.minimumVersion.rawValue), Int32(settings.maximumVersion.rawValue))
                == 1
        else {
            throw .setting(
                name: "minimum-version", value: "\(settings.minimumVersion.name)", cause: "above the maximum")
        }
        guard unsafe SSL_CTX_set_cipher_list(pointer, settings.ciphers) == 1 else {
            throw .setting(name: "ciphers", value: settings.ciphers, cause: ErrorQueue.takeSentence())
        }
        guard unsafe SSL_CTX_set_ciphersuites(pointer, settings.cipherSuites) == 1 else {
            throw .setting(
                name: "cipher-suites", value: settings.cipherSuites, cause: ErrorQueue.takeSentence())
        }
        guard unsafe limpet_ctx_set_groups(pointer, settings.groups) == 1 else {
            throw .setting(name: "groups", value: settings.groups, cause: "not a list of known groups")
        }
        guard ProtocolNames.encode(settings.applicationProtocols) != nil else {
            throw .setting(
                name: "application protocols", value: "\(settings.applicationProtocols.count) names",
                cause: "each has 1 to 255 bytes")
        }
        let identity = settings.sessionContext
        guard (1...sessionContextLimit).contains(identity.count),
            unsafe SSL_CTX_set_session_id_context(pointer, identity, UInt32(identity.count)) == 1
        else {
            throw .setting(
                name: "session context", value: "\(identity.count) bytes",
                cause: "1 to \(sessionContextLimit)")
        }
        unsafe limpet_ctx_allow_moving_write_buffer(pointer)
        unsafe SSL_CTX_set_options(pointer, options(settings))
        // What the cache mode decides is whether TLS 1.2 offers session IDs; the cache itself is not OpenSSL's.
        unsafe limpet_ctx_set_cache_mode(
            pointer,
            settings.resumption.allowsStateful
                ? Int(SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL | SSL_SESS_CACHE_NO_AUTO_CLEAR)
                : Int(SSL_SESS_CACHE_OFF))
        unsafe SSL_CTX_set_num_tickets(pointer, 0)
        unsafe SSL_CTX_set_timeout(
            pointer, Int(min(settings.ticketLifetime, TLSConnection.ticketLifetimeLimit)))
    }

    private static func options(_ settings: ServerSettings) -> UInt64 {
        var options = limpet_op_no_renegotiation() | limpet_op_no_compression()
        if settings.prefersServerOrder {
            // A client without AES in hardware puts ChaCha20 first: let it have that.
            options |= limpet_op_server_preference() | limpet_op_prioritize_chacha()
        }
        if !settings.resumption.allowsStateless { options |= limpet_op_no_ticket() }
        return options
    }

    private static func load(
        _ pairs: [CertificatePair], into pointer: OpaquePointer, now: WallTime
    ) throws(TLSError) -> [CertificateSummary] {
        guard !pairs.isEmpty else { throw .setting(name: "certificates", value: "", cause: "none given") }
        var summaries: [CertificateSummary] = []
        for pair in pairs {
            let chain = try CertificateChain(path: pair.certificate)
            try chain.check(now: now)
            let summary = try chain.summary()
            if let other = summaries.first(where: { $0.keyKind == summary.keyKind }) {
                throw .duplicateKeyKind(first: other.path, second: pair.certificate)
            }
            try unsafe chain.show(in: pointer, key: pair.key)
            summaries.append(summary)
        }
        return summaries
    }
}
