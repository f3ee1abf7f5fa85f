internal import Affinity
internal import Balancing
internal import HTTP
internal import HTTP1
internal import Platform
internal import Runtime
internal import TLS

extension Exchange {
    /// Finds what ties the request to an owner, in the configured order: the TLS session, the signed cookie, the source.
    func associate(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ client: ClientConnection) {
        let settings = deployment.affinity
        if client.isSecure {
            client.settleAssociation()
            let others = settings.usesSession ? client.affinity.listensTo : .all
            client.affinity.listensTo = .none
            if let other = otherAssociation(others, head, bytes, client) {
                adopt(other, client)
            } else if placement.hasForeignCookie {
                client.affinity.association?.noteAbsence(.noAssociation)
            }
        } else if let other = otherAssociation(.all, head, bytes, client) {
            association = other
        } else if settings.usesCookie, !settings.needsSecureCookie {
            association = Association(
                minted: worker.mintLineage(), at: worker.wallTime,
                absence: placement.hasForeignCookie ? .noAssociation : .new)
        }
    }

    /// What a cookie or the source address says, whichever counts; nil if neither says anything.
    private func otherAssociation(
        _ others: ConnectionAffinity.Others, _ head: borrowing RequestHead, _ bytes: Span<UInt8>,
        _ client: ClientConnection
    ) -> Association? {
        guard others != .none else { return nil }
        let settings = deployment.affinity
        let source = settings.usesSource && (others == .all || settings.sourceOverSession)
        if source, settings.sourceFirst, let found = sourceAssociation(client) { return found }
        if settings.usesCookie, others == .all || settings.cookieOverSession,
            let found = cookieAssociation(head, bytes, client)
        {
            return found
        }
        return source ? sourceAssociation(client) : nil
    }

    private func cookieAssociation(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ client: ClientConnection
    ) -> Association? {
        let name = deployment.affinity.cookieName
        var index = head.fields.firstIndex(of: .cookie)
        while let current = index {
            let field = head.fields[current].value.bytes(in: bytes)
            if let range = CookieField.value(of: name.span, in: field) {
                if let cookie = try? worker.cookieSeal.read(field.extracting(range)) {
                    let association = Association(cookie)
                    placement.cookieGeneration = association.generation
                    return association
                }
                placement.hasForeignCookie = true
            }
            index = head.fields.firstIndex(of: .cookie, from: current + 1)
        }
        return nil
    }

    private func sourceAssociation(_ client: ClientConnection) -> Association? {
        guard let address = client.client.ip else { return nil }
        let lineage = deployment.affinity.source.lineage(of: address, by: worker.sourceAuthentication)
        return Association(minted: lineage, at: worker.wallTime, absence: .new)
    }

    /// Goes over to association data that counts more than the lineage of this connection. Where the client has a ticket
    /// of that lineage already (it resumes one, or got one in a handshake of TLS 1.2), it is led to the same owner; not so
    /// where TLS sessions say nothing about owners.
    private func adopt(_ other: Association, _ client: ClientConnection) {
        guard var association = client.affinity.association else { return }
        let isCarried = deployment.affinity.usesSession && client.affinity.hasTicketLeft(client.tls)
        worker.adopt(other, over: &association, isCarried: isCarried)
        placement.hasOtherAssociation = true
        client.affinity.association = association
    }

    // MARK: Choose

    /// Asks the balancer: association first, then policy.
    func placeRequest() -> Placing {
        let heldSince = placement.heldSince
        return place { worker.place(&$0, service: service, heldSince: heldSince) }
    }

    /// Asks again after an instance could not be reached. `doubtEnd`: until when the request waits for an owner that is
    /// called running nevertheless.
    func placeRequestAgain(doubtEnd: MonotonicTime?) -> Placing {
        let (tried, heldSince) = (placement.tried, placement.heldSince)
        return place {
            worker.placeAgain(
                &$0, service: service, tried: tried, heldSince: heldSince,
                doubtEnd: doubtEnd)
        }
    }

    /// Has chosen the instance of a pool.
    func enter(_ pool: UpstreamPool) {
        leavePool()
        pool.enter(self)
        self.pool = pool
    }

    /// Has chosen no instance any longer.
    func leavePool() {
        guard let pool else { return }
        pool.leave(self)
        self.pool = nil
    }

    private func place(_ ask: (inout Association) -> Placing) -> Placing {
        guard let client else { return .unavailable }
        // In place: an association is too large to be copied for each request. So `ask` must not look at it elsewhere.
        let (placing, lineage) =
            !client.isSecure
            ? (association?.change(ask), association?.lineage)
            : isTied
                ? (client.affinity.association?.change(ask), client.affinity.association?.lineage)
                : (nil, nil)
        placement.lineage = lineage
        return placing
            ?? worker.placeUnpinned(service: service, tried: placement.tried, heldSince: placement.heldSince)
    }

    /// Whether the client can bring the association of its connection back. Where it cannot, a pin would be in nobody's
    /// hands and only fill the table.
    private var isTied: Bool {
        deployment.affinity.usesSession || deployment.affinity.usesCookie || placement.hasOtherAssociation
    }

    // MARK: Carry

    /// Lets the response carry the association: a new ticket (TLS 1.3) in the same flight, and the cookie.
    func carryAssociation(_ client: ClientConnection) {
        let secure = client.isSecure
        if secure, let generation = client.affinity.generation { carryInSession(client, generation) }
        guard deployment.affinity.usesCookie, secure || !deployment.affinity.needsSecureCookie else { return }
        guard let association = secure ? client.affinity.association : association else { return }
        guard placement.cookieGeneration != association.generation else { return }
        if secure {
            guard client.affinity.cookieGeneration != association.generation else { return }
            client.affinity.cookieGeneration = association.generation
        }
        writeCookie(association, isSecure: secure)
    }

    /// Lets an answer of our own renew the session of a client that has brought one, or is tied to an owner already: it may
    /// use each ticket once only, and would come back as a stranger.
    func carrySession(_ client: ClientConnection) {
        guard let tls = client.tls, client.affinity.association != nil else { return }
        client.settleAssociation()
        guard let association = client.affinity.association,
            tls.isResumed || association.predecessor != nil || !association.pins.isEmpty
        else { return }
        carryInSession(client, association.generation)
    }

    /// Has a new ticket sent (TLS 1.3), or the kept session renewed (TLS 1.2), if what the client has is of the past.
    private func carryInSession(_ client: ClientConnection, _ generation: UInt32) {
        guard client.affinity.ticketGeneration != generation, let tls = client.tls else { return }
        if tls.version == .tls13 {
            client.affinity.ticketGeneration = generation
            tls.issueTicket()
        } else if !client.affinity.sessionID.isEmpty {
            client.renewSession()
        }
    }

    private func writeCookie(_ association: Association, isSecure: Bool) {
        let name = deployment.affinity.cookieName
        line.append("Set-Cookie: ")
        unsafe line.withWritableBytes(minimum: CookieField.maximumBytes(nameBytes: name.count)) { room in
            let bytes = unsafe room.bindMemory(to: UInt8.self)
            var output = unsafe OutputSpan<UInt8>(buffer: bytes, initializedCount: 0)
            // There is room for the largest cookie.
            try? CookieField.append(
                name: name.span, AffinityCookie(association), sealedBy: worker.cookieSeal, isSecure: isSecure,
                to: &output)
            return unsafe output.finalize(for: bytes)
        }
        line.append("\r\n")
        responseContext.cookies = line.copied
        line.clear()
    }
}

extension Association {
    /// Lets `body` change this, where it stands.
    fileprivate mutating func change<Result>(_ body: (inout Association) -> Result) -> Result {
        body(&self)
    }
}
