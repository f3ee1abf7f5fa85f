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
        guard let host = affinity.virtualHost else { return }
        reserveOwner(connection)
        var association = currentAssociation(connection)
        association.refresh(from: worker.shared.table, at: loop.now)
        affinity.association = association
        // There is room for the largest form: nothing is thrown away here.
        try? association.data(under: host.policy).encode(into: &output)
    }

    func judge(applicationData: Span<UInt8>, for connection: TLSConnection) -> ResumeVerdict {
        guard let data = try? AssociationData(decoding: applicationData) else { return .refuse }
        return take(data)
    }

    func store(sessionID: Span<UInt8>, session: Span<UInt8>, lifetime: UInt32, for connection: TLSConnection)
    {
        guard let host = affinity.virtualHost else { return }
        reserveOwner(connection)
        let data = currentAssociation(connection).data(under: host.policy)
        let association = [UInt8](capacity: data.encodedBytes) { try? data.encode(into: &$0) }
        // The session itself says when its time is over. Its pins are of use for longer: whoever comes too late to
        // resume still reaches the owner.
        worker.shared.sessions.store(
            sessionID, session: session, association: association.span,
            lifetime: .seconds(Int(lifetime)) + host.policy.lifetime, now: loop.now)
    }

    func load(sessionID: Span<UInt8>, for connection: TLSConnection) -> SessionLookup {
        guard let cached = worker.shared.sessions.session(sessionID, now: loop.now),
            let data = try? AssociationData(decoding: cached.association.span)
        else { return .unknown }
        return take(data) == .resume ? .resume(cached.session) : .refuse
    }

    /// Reads the association of a session that one of our keys vouches for, and judges whether it is resumed.
    private func take(_ data: AssociationData) -> ResumeVerdict {
        guard let host = affinity.virtualHost else { return .refuse }
        switch host.policy.judge(data, at: worker.wallTime) {
        case .resume:
            affinity.association = Association(resuming: data)
            affinity.listensTo = .stronger
            return .resume
        case .refuse(let reason):
            // A ticket of another virtual host says nothing about this one, not even where to route. That of a host which
            // is known by something else now still does: only its session ends.
            guard worker.deployment.virtualHosts?.isOther(data.virtualHostHash, than: host) == false else {
                return .refuse
            }
            affinity.association = Association(
                refused: data, minted: worker.mintLineage(), at: worker.wallTime, reason: reason)
            affinity.listensTo = .stronger
            return .refuse
        }
    }

    /// The association of this connection; minted now if nothing has brought one.
    private func currentAssociation(_ connection: TLSConnection) -> Association {
        if let association = affinity.association { return association }
        let absence: Reason = connection.resumptionOffer == .unopenedTicket ? .unknownTicketKey : .new
        let minted = Association(minted: worker.mintLineage(), at: worker.wallTime, absence: absence)
        affinity.association = minted
        affinity.listensTo = .all
        return minted
    }

    /// Mints a lineage if the handshake has brought none.
    func settleAssociation() {
        guard affinity.association == nil, let tls else { return }
        _ = currentAssociation(tls)
    }

    /// Chooses the owner before the first request, where the virtual host leads to one service alone: a ticket of TLS 1.2
    /// is sealed within the handshake, and parallel first requests shall agree.
    private func reserveOwner(_ connection: TLSConnection) {
        guard let service = affinity.virtualHost?.soleService else { return }
        var association = currentAssociation(connection)
        worker.reserve(&association, service: service)
        affinity.association = association
    }
}
