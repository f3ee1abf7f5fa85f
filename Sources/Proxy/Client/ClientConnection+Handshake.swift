internal import Affinity
internal import Balancing
internal import Platform
internal import Runtime
internal import TLS

/// What OpenSSL asks within a handshake: the virtual host, the association data, the sessions of the stateful kinds.
extension ClientConnection: HandshakeDelegate {
    func selectContext(serverName: Span<UInt8>?, for connection: TLSConnection) -> ContextChoice {
        guard let host = worker.deployment.virtualHosts?.host(for: serverName) else {
            worker.counters.namesRefused &+= 1
            return .refuse
        }
        affinity.virtualHost = host
        return .use(host.context)
    }

    func ticketLifetime(for connection: TLSConnection) -> UInt32 {
        guard let host = affinity.virtualHost else { return 0 }
        let association = currentAssociation(connection)
        let limit = Duration.seconds(Int(host.context.settings.ticketLifetime))
        return host.policy.ticketSeconds(
            limit: limit, keyLife: nil, origin: association.origin, at: worker.wallTime)
    }

    func writeApplicationData(for connection: TLSConnection, into output: inout OutputSpan<UInt8>) {
        guard let data = dataToCarry(connection) else { return }
        // There is room for the largest form: nothing is thrown away here.
        try? data.encode(into: &output)
    }

    func judge(applicationData: Span<UInt8>, for connection: TLSConnection) -> ResumeVerdict {
        guard let data = try? AssociationData(decoding: applicationData) else {
            affinity.wasUnreadable = true
            return .refuse
        }
        return take(data, isKindResumed: connection.context?.settings.resumption.allowsStateless == true)
    }

    func store(sessionID: Span<UInt8>, session: Span<UInt8>, lifetime: UInt32, for connection: TLSConnection)
    {
        guard let host = affinity.virtualHost, let data = dataToCarry(connection) else { return }
        let (bytes, used) = (Self.encoded(data), connection.isResumed ? affinity.sessionID : [])
        // The session itself says when its time is over. Its pins are of use for longer: whoever comes too late to
        // resume still reaches the owner.
        worker.shared.sessions.store(
            sessionID, session: session, association: bytes.span, following: used.span,
            lifetime: .seconds(Int(lifetime)) + host.policy.lifetime, now: loop.now)
        if connection.version == .tls12 { affinity.sessionID = Self.copy(of: sessionID) }
    }

    func load(sessionID: Span<UInt8>, for connection: TLSConnection) -> SessionLookup {
        guard let cached = worker.shared.sessions.session(sessionID, now: loop.now),
            let data = try? AssociationData(decoding: cached.association.span)
        else { return .unknown }
        let isKindResumed = connection.context?.settings.resumption.allowsStateful == true
        guard take(data, isKindResumed: isKindResumed) == .resume else { return .refuse }
        affinity.sessionID = Self.copy(of: sessionID)
        if connection.version == .tls12 { affinity.ticketGeneration = affinity.association?.generation }
        return .resume(cached.session)
    }

    /// Writes a pin that has moved to the session that this connection has in the cache: in TLS 1.2 the client keeps the
    /// ID, and gets nothing new.
    func renewSession() {
        guard let host = affinity.virtualHost, let association = affinity.association else { return }
        affinity.ticketGeneration = association.generation
        let (identifier, bytes) = (affinity.sessionID, Self.encoded(association.data(under: host.policy)))
        worker.shared.sessions.replaceAssociation(of: identifier.span, with: bytes.span)
    }

    /// What a ticket or a session that is now being made carries, with all pins that the table knows.
    private func dataToCarry(_ connection: TLSConnection) -> AssociationData? {
        guard let host = affinity.virtualHost else { return nil }
        reserveOwner(connection)
        var association = currentAssociation(connection)
        association.refresh(from: worker.shared.table, at: loop.now)
        affinity.association = association
        affinity.ticketGeneration = association.generation
        return association.data(under: host.policy)
    }

    private static func copy(of bytes: Span<UInt8>) -> [UInt8] {
        [UInt8](capacity: bytes.count) { for index in bytes.indices { $0.append(bytes[index]) } }
    }

    private static func encoded(_ data: AssociationData) -> [UInt8] {
        [UInt8](capacity: data.encodedBytes) { try? data.encode(into: &$0) }
    }

    /// Reads the association of a session that one of our keys vouches for, and judges whether it is resumed.
    private func take(_ data: AssociationData, isKindResumed: Bool) -> ResumeVerdict {
        guard let host = affinity.virtualHost else { return .refuse }
        let reason: Reason
        switch host.policy.judge(data, at: worker.wallTime) {
        case .resume where isKindResumed:
            // Where the configuration does not name the TLS session, it says nothing about owners.
            affinity.association =
                worker.deployment.affinity.usesSession
                ? Association(resuming: data) : Association(minted: worker.mintLineage(), at: data.origin)
            affinity.expectsResumption = true
            affinity.listensTo = .stronger
            return .resume
        case .resume: reason = .policyChanged
        case .refuse(let cause): reason = cause
        }
        // A ticket of another virtual host says nothing about this one, not even where to route. That of a host which
        // is known by something else now still does: only its session ends.
        guard worker.deployment.affinity.usesSession,
            worker.deployment.virtualHosts?.isOther(data.virtualHostHash, than: host) == false
        else { return .refuse }
        affinity.association = Association(
            refused: data, minted: worker.mintLineage(), at: worker.wallTime, reason: reason)
        affinity.expectsResumption = false
        affinity.listensTo = .stronger
        return .refuse
    }

    /// The association of this connection; minted now if nothing has brought one.
    private func currentAssociation(_ connection: TLSConnection) -> Association {
        if let association = affinity.association, affinity.expectsResumption, !connection.isResumed {
            // The session was good for us and not for OpenSSL: its time was over, or its cipher suite does not fit.
            affinity.association = Association(
                refused: association, minted: worker.mintLineage(), at: worker.wallTime,
                reason: .lineageExpired)
            affinity.sessionID = []
        }
        affinity.expectsResumption = false
        if let association = affinity.association { return association }
        let minted = Association(
            minted: worker.mintLineage(), at: worker.wallTime, absence: absence(connection))
        affinity.association = minted
        affinity.listensTo = .all
        return minted
    }

    /// Why nothing ties this connection to an owner.
    private func absence(_ connection: TLSConnection) -> Reason {
        switch connection.resumptionOffer {
        case .unopenedTicket: .unknownTicketKey
        case .unknownSession: .noAssociation
        case .none, .refused, .accepted: affinity.wasUnreadable ? .noAssociation : .new
        }
    }

    /// Mints a lineage if the handshake has brought none.
    func settleAssociation() {
        guard affinity.association == nil || affinity.expectsResumption, let tls else { return }
        _ = currentAssociation(tls)
    }

    /// Chooses the owner before the first request, where the virtual host leads to one service alone: a ticket of TLS 1.2
    /// is sealed within the handshake, and parallel first requests shall agree.
    private func reserveOwner(_ connection: TLSConnection) {
        guard let service = affinity.virtualHost?.soleService, worker.deployment.affinity.usesSession
        else { return }
        var association = currentAssociation(connection)
        worker.reserve(&association, service: service)
        affinity.association = association
    }
}
