internal import COpenSSL
internal import Platform

/// The parts of a server's handshake that are decided here: virtual host, application protocol, tickets, sessions.
extension TLSConnection {
    /// What the client's list of application protocols came to.
    enum ProtocolChoice {
        /// We have none configured: the extension is ignored.
        case notUsed
        /// No overlap.
        case none
        /// Found there in the client's list.
        case selected(Range<Int>)
    }

    // MARK: Client hello

    /// Reads the client's hello and switches to the chosen virtual host.
    ///
    /// - Returns: the alert to end the handshake with; nil to go on.
    func answerClientHello() -> Int32? {
        let choice: ContextChoice
        do {
            choice = try chooseContext()
            guard case .use(let chosen) = choice else {
                wasNameRefused = true
                return SSL_AD_UNRECOGNIZED_NAME
            }
            guard use(chosen) else { return SSL_AD_INTERNAL_ERROR }
            try chooseKinds(chosen)
        } catch {
            return SSL_AD_DECODE_ERROR
        }
        return nil
    }

    private func chooseContext() throws(ClientHello.Malformed) -> ContextChoice {
        if let bytes = unsafe helloExtension(TLSEXT_TYPE_server_name) {
            let range = try ClientHello.hostName(in: unsafe bytes.span)
            serverName = unsafe bytes[range].map(\.lowerCased)
        }
        guard let delegate else { return context.map { .use($0) } ?? .refuse }
        guard !serverName.isEmpty else { return delegate.selectContext(serverName: nil, for: self) }
        let name = serverName
        return delegate.selectContext(serverName: name.span, for: self)
    }

    /// Makes `chosen` the virtual host. The session-id context goes with it, before any ticket is looked at.
    private func use(_ chosen: ServerContext) -> Bool {
        guard let base = context, chosen !== base else { return true }
        guard unsafe SSL_set_SSL_CTX(ssl, chosen.pointer) != nil else { return false }
        context = chosen
        let settings = chosen.settings
        let identity = settings.sessionContext
        guard unsafe SSL_set_session_id_context(ssl, identity, UInt32(identity.count)) == 1 else {
            return false
        }
        return adopt(settings, instead: base.settings)
    }

    /// Sets what `SSL_set_SSL_CTX` leaves as it was, where it differs.
    private func adopt(_ settings: ServerSettings, instead old: ServerSettings) -> Bool {
        let order = limpet_op_server_preference() | limpet_op_prioritize_chacha()
        if settings.prefersServerOrder != old.prefersServerOrder {
            if settings.prefersServerOrder {
                unsafe SSL_set_options(ssl, order)
            } else {
                unsafe SSL_clear_options(ssl, order)
            }
        }
        if settings.minimumVersion != old.minimumVersion || settings.maximumVersion != old.maximumVersion {
            guard
                unsafe limpet_ssl_set_versions(
                    ssl, Int32(settings.minimumVersion.rawValue), Int32(settings.maximumVersion.rawValue))
                    == 1
            else { return false }
        }
        if settings.cipherSuites != old.cipherSuites {
            guard unsafe SSL_set_ciphersuites(ssl, settings.cipherSuites) == 1 else { return false }
        }
        if settings.groups != old.groups {
            guard unsafe limpet_ssl_set_groups(ssl, settings.groups) == 1 else { return false }
        }
        return true
    }

    /// Decides which kind of ticket is read, and which kind of session is made.
    ///
    /// OpenSSL reads only one kind at a time, by the option that forbids sealed tickets. The offered TLS 1.3 ticket tells
    /// its kind: a mere key has 32 bytes, a sealed one more. Sessions of kinds that are not resumed are read too, for what
    /// the delegate makes of their data.
    private func chooseKinds(_ chosen: ServerContext) throws(ClientHello.Malformed) {
        var offers = (offers13: false, offersOlder: true)
        if let bytes = unsafe helloExtension(TLSEXT_TYPE_supported_versions) {
            offers = try ClientHello.versions(in: unsafe bytes.span)
        }
        let speaks13 = offers.offers13 && chosen.settings.maximumVersion == .tls13
        let oldTicketBytes = unsafe helloExtension(TLSEXT_TYPE_session_ticket)?.count
        mayInventIDs = offers.offers13 || oldTicketBytes ?? 0 > 0
        makesStateful =
            switch chosen.settings.resumption {
            case .off, .stateless: false
            case .stateful: true
            case .both: offers.offersOlder && oldTicketBytes == nil
            }
        if speaks13, let bytes = unsafe helloExtension(TLSEXT_TYPE_psk) {
            let ticketBytes = try unsafe ClientHello.firstTicketBytes(in: bytes.span)
            allowSealedTickets(ticketBytes != Int(SSL_MAX_SSL_SESSION_ID_LENGTH))
        } else {
            allowSealedTickets(oldTicketBytes != nil)
        }
    }

    private func allowSealedTickets(_ isAllowed: Bool) {
        if isAllowed {
            unsafe SSL_clear_options(ssl, limpet_op_no_ticket())
        } else {
            unsafe SSL_set_options(ssl, limpet_op_no_ticket())
        }
    }

    private func helloExtension(_ type: Int32) -> UnsafeBufferPointer<UInt8>? {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        guard unsafe SSL_client_hello_get0_ext(ssl, UInt32(type), &bytes, &count) == 1 else { return nil }
        return unsafe UnsafeBufferPointer(start: bytes, count: count)
    }

    /// Chooses the application protocol from the client's list.
    func selectProtocol(from list: Span<UInt8>) -> ProtocolChoice {
        guard let names = context?.settings.applicationProtocols, !names.isEmpty else { return .notUsed }
        guard let choice = ProtocolNames.select(from: list, preferring: names, except: excludedProtocol)
        else {
            return .none
        }
        protocolIndex = choice.index
        return .selected(choice.range)
    }

    /// From here on tickets are of the kind that this client gets.
    func handshakeEnded() {
        if context != nil { allowSealedTickets(!makesStateful) }
    }

    // MARK: Tickets

    /// Keys the contexts that seal a ticket.
    ///
    /// - Returns: 1, or -1 if the ticket cannot be made.
    func prepareSealing(
        _ name: UnsafeMutablePointer<UInt8>, _ vector: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer,
        _ authentication: OpaquePointer
    ) -> Int32 {
        guard let key = context?.settings.ticketKeys.sealingKey(now: .now) else { return -1 }
        let isReady = unsafe key.prepareSealing(
            name: name, vector: vector, cipher: cipher, authentication: authentication)
        return isReady ? 1 : -1
    }

    /// Keys the contexts that open a ticket.
    ///
    /// - Returns: 1, 0 if no key has that name, or -1 for a failure of ours.
    func prepareOpening(
        _ name: UnsafePointer<UInt8>, _ vector: UnsafePointer<UInt8>, _ cipher: OpaquePointer,
        _ authentication: OpaquePointer
    ) -> Int32 {
        guard let key = unsafe context?.settings.ticketKeys.openingKey(named: name, now: .now) else {
            return 0
        }
        return unsafe key.prepareOpening(vector: vector, cipher: cipher, authentication: authentication)
            ? 1 : -1
    }

    /// Sets lifetime and association data of the session that goes into a ticket, or into the cache as a TLS 1.3
    /// session. It belongs to this connection alone: OpenSSL copies it before each further ticket.
    func fillTicket() {
        guard let session = unsafe SSL_get_session(ssl) else { return }
        let isStateful = unsafe SSL_get_options(ssl) & limpet_op_no_ticket() != 0
        unsafe SSL_SESSION_set_time(session, Int(clamping: WallTime.now.seconds))
        unsafe SSL_SESSION_set_timeout(session, Int(ticketLifetime(isSealed: !isStateful)))
        unsafe SSL_SESSION_set1_ticket_appdata(session, nil, 0)
        guard let delegate, !isStateful else { return }
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TLSConnection.applicationDataBytes) {
            room in
            var output = unsafe OutputSpan<UInt8>(buffer: room, initializedCount: 0)
            delegate.writeApplicationData(for: self, into: &output)
            let count = unsafe output.finalize(for: room)
            unsafe SSL_SESSION_set1_ticket_appdata(session, room.baseAddress, count)
        }
    }

    /// Judges what opening the client's ticket came to.
    func judgeTicket(_ session: OpaquePointer?, status: SSL_TICKET_STATUS) -> SSL_TICKET_RETURN {
        let answer = unsafe judge(session, status: status)
        // Without a new ticket where none may be made: TLS 1.2 would make one.
        return context?.settings.resumption.allowsStateless == true ? answer : SSL_TICKET_RETURN_IGNORE
    }

    private func judge(_ session: OpaquePointer?, status: SSL_TICKET_STATUS) -> SSL_TICKET_RETURN {
        guard status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW, let session = unsafe session
        else {
            if status == SSL_TICKET_NO_DECRYPT { resumptionOffer = .unopenedTicket }
            return SSL_TICKET_RETURN_IGNORE_RENEW
        }
        switch unsafe verdict(on: session) {
        case .resume where context?.settings.resumption.allowsStateless == true:
            resumptionOffer = .accepted
            acceptedKind = .ticket
            return SSL_TICKET_RETURN_USE_RENEW
        case .resume, .refuse:
            resumptionOffer = .refused
            return SSL_TICKET_RETURN_IGNORE_RENEW
        }
    }

    private func verdict(on session: OpaquePointer) -> ResumeVerdict {
        guard let delegate else { return .resume }
        var data: UnsafeMutableRawPointer?
        var count = 0
        guard unsafe SSL_SESSION_get0_ticket_appdata(session, &data, &count) == 1, let data = unsafe data
        else {
            return delegate.judge(applicationData: Span(), for: self)
        }
        let bytes = unsafe UnsafeBufferPointer(start: data.assumingMemoryBound(to: UInt8.self), count: count)
        return unsafe delegate.judge(applicationData: bytes.span, for: self)
    }

    /// How long the session that is being made may be resumed, clamped. Never 0: OpenSSL reads that back as its
    /// default and then fails the handshake, since the session has grown.
    private func ticketLifetime(isSealed: Bool) -> UInt32 {
        guard let settings = context?.settings else { return 1 }
        var lifetime = delegate?.ticketLifetime(for: self) ?? settings.ticketLifetime
        lifetime = min(lifetime, TLSConnection.ticketLifetimeLimit)
        if isSealed { lifetime = min(lifetime, settings.ticketKeys.remainingLife(now: .now)) }
        return max(lifetime, 1)
    }

    // MARK: Sessions

    /// Gives a new session of a stateful kind to the delegate. OpenSSL calls this for sealed TLS 1.3 tickets too.
    func keepSession(_ session: OpaquePointer) {
        guard let delegate, let context, context.settings.resumption.allowsStateful else { return }
        if version == .tls13, unsafe SSL_get_options(ssl) & limpet_op_no_ticket() == 0 { return }
        var identifierBytes: UInt32 = 0
        guard let identifier = unsafe SSL_SESSION_get_id(session, &identifierBytes), identifierBytes > 0
        else {
            return
        }
        let lifetime = ticketLifetime(isSealed: false)
        unsafe SSL_SESSION_set_timeout(session, Int(lifetime))
        let key = unsafe UnsafeBufferPointer(start: identifier, count: Int(identifierBytes))
        unsafe SessionEncoding.withEncoded(session) { bytes in
            unsafe delegate.store(sessionID: key.span, session: bytes, lifetime: lifetime, for: self)
        }
    }

    /// Looks up a session of a stateful kind.
    ///
    /// - Returns: the session with a reference for OpenSSL, or nil.
    func lookUpSession(_ identifier: Span<UInt8>) -> OpaquePointer? {
        guard let delegate, let resumption = context?.settings.resumption else { return nil }
        switch delegate.load(sessionID: identifier, for: self) {
        case .resume(let bytes) where resumption.allowsStateful:
            guard let session = unsafe SessionEncoding.decode(bytes.span) else {
                resumptionOffer = .unknownSession
                return nil
            }
            resumptionOffer = .accepted
            acceptedKind = .cache
            return unsafe session
        case .resume, .refuse:
            resumptionOffer = .refused
        case .unknown:
            let isInvented = mayInventIDs && version != .tls13
            if !isInvented, resumptionOffer != .refused { resumptionOffer = .unknownSession }
        }
        return nil
    }
}
