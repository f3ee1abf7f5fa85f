internal import Affinity
internal import Balancing
internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Platform
internal import Runtime
internal import TLS

extension Exchange {
    /// The new connection to the chosen instance could not be made.
    func couldNotConnect(_ fault: ConnectFault) {
        guard phase == .connecting, let client else { return }
        client.transport.cork()
        connectFailed(fault)
        client.settle()
    }

    /// There is no connection to the chosen instance: nothing of the request has reached it.
    func connectFailed(_ fault: ConnectFault) {
        stopWaiting()
        releaseUpstream(isReusable: false)
        // What we lack says nothing about this instance, and would be lacking for the next.
        guard !fault.isWant else { return respondUnavailable() }
        if let pool { report(fault, of: pool) }
        if case .handshake = fault { placement.hasMetFault = true }
        tryAnother(mayPass: fault.mayPass, wasSent: false)
    }

    private func report(_ fault: ConnectFault, of pool: UpstreamPool) {
        switch fault {
        case .connect(.unresolved): break
        // It speaks HTTP/2 alone, and tunnels were to have the other: that harms nobody else.
        case .handshake(let failure) where tunnel != nil && failure.isDisagreement: break
        case .connect: worker.reports.noteConnectFailure(pool.report)
        case .handshake(let failure): worker.reports.noteHandshakeFailure(pool.report, failure)
        }
    }

    /// The connection that was waited for is there, but of another kind: what the pool has now serves the request.
    func connectAgain() {
        guard phase == .connecting, let client else { return }
        client.transport.cork()
        leaveConnection()
        connect(fresh: false)
        client.settle()
    }

    /// The connection that was waited for is there, and is this exchange's alone.
    func connected(alone connection: UpstreamConnection) {
        leaveConnection()
        upstream = connection
        connected()
    }

    /// Lets go of a connection that was not used yet; it goes on without this exchange.
    private func leaveConnection() {
        upstream = nil
        serviceStream.take()?.part(isWhole: false)
    }

    /// The connection broke, or ended, before the response began.
    func upstreamFailed() {
        guard let upstream, let pool else { return }
        let isUnprocessed = isUnprocessed(upstream)
        let isUnanswered = isUnanswered(upstream)
        let mayRepeat = mayRepeat(upstream)
        let wasUsed = serviceStream.map { $0.wasUsed || isUnprocessed } ?? upstream.wasUsed
        let former = serviceStream?.owner
        let verdict = upstream.verdict
        placement.hasMetFault = true
        stopWaiting()
        releaseUpstream(isReusable: false)
        dropResponseInput()
        if let verdict {
            worker.reports.noteHandshakeFailure(pool.report, verdict)
        } else if !wasUsed {
            worker.reports.noteReset(pool.report)
        }
        guard mayRepeat else {
            // The client has what we no longer have.
            if let stream, isUnprocessed, isUnanswered { return refuse(stream) }
            return respond(.badGateway)
        }
        isRequestAbandoned = false
        guard wasUsed, !pool.isRetired, placement.attempts < deployment.services[service].retries else {
            return tryAnother(mayPass: verdict == nil, wasSent: true)
        }
        // The service has closed an idle connection just as we took it: no fault, and a new one will do. If it has only
        // refused a stream, any other connection will.
        placement.attempts &+= 1
        connect(fresh: !(former?.takesMore ?? false), avoiding: former)
    }

    /// Tells the client that nobody has looked at its request, so that it may make it again.
    private func refuse(_ stream: ClientStream) {
        record.status = Status.badGateway.code
        stream.reset(.refusedStream)
        complete(stream)
    }

    /// Whether the request that an instance has got may be sent once more: only if nothing of it was looked at and we have
    /// all of it, or if twice is once and the instance has said nothing yet.
    private func mayRepeat(_ upstream: UpstreamConnection) -> Bool {
        let isUnprocessed = isUnprocessed(upstream)
        let hasWhole = !hasSentBody || isUnprocessed && sentBody.isWhole
        return !hasResponse && hasWhole && isUnanswered(upstream) && (isRepeatable || isUnprocessed)
    }

    /// Whether the instance has looked at nothing of the request, because nothing has left or because it says so.
    private func isUnprocessed(_ upstream: UpstreamConnection) -> Bool {
        serviceStream?.isUnprocessed ?? upstream.hasSentNothing
    }

    /// Whether the instance has said nothing about the request.
    private func isUnanswered(_ upstream: UpstreamConnection) -> Bool {
        let hasNothing = serviceStream.map { $0.head?.isEmpty ?? true } ?? upstream.hasReceivedNothing
        return hasNothing && interimResponses == 0
    }

    /// Goes on by the statuses: with the next instance in the order of fallback, or held. `mayPass`: what has happened
    /// may be over in a moment. Then an owner that is called running keeps the request, and its pin, for some moments.
    private func tryAnother(mayPass: Bool, wasSent: Bool) {
        guard hasTimesLeft(1), followReload() else { return respondUnplaced() }
        placement.isToBeRepeated = placement.isToBeRepeated || wasSent
        let mayDoubt = mayPass && placement.doubts < Self.doubtLimit && worker.mayHold(self)
        let doubtEnd = mayDoubt ? loop.now + Self.doubt : nil
        switch placeRequestAgain(doubtEnd: placement.reason == .pinned ? doubtEnd : nil) {
        case .send(let placed):
            repeatRequest(placed)
        case .hold(_, let deadline) where deadline == doubtEnd:
            giveTime(until: deadline)
        case .hold(_, let deadline):
            hold(until: deadline)
        case .unavailable:
            // All that there are were tried: the same moment for a service that has no other instance.
            guard let doubtEnd, worker.hasEligible(service: service) else { return respondUnplaced() }
            giveTime(until: doubtEnd)
        }
    }

    /// Whether the request may be sent again that often.
    private func hasTimesLeft(_ count: Int) -> Bool {
        deployment.services[service].retries - placement.attempts >= count
    }

    private func repeatRequest(_ placed: Placed) {
        placement.attempts &+= 1
        placement.isToBeRepeated = false
        use(placed)
    }

    /// Waits for an instance that is called running: its status changes, or it is tried again.
    private func giveTime(until deadline: MonotonicTime) {
        placement.doubts &+= 1
        placement.doubtedSince = loop.now
        hold(until: deadline)
    }

    /// Goes on with a request that waits for an instance in doubt. False if the statuses decide, as they do for others.
    func goOnInDoubt() -> Bool {
        guard let since = placement.doubtedSince else { return false }
        let isUnchanged = worker.hasRun(service: service, position: placement.position, since: since)
        if isUnchanged, loop.now < since + Self.doubt {
            hold(until: since + Self.doubt)
            return true
        }
        placement.doubtedSince = nil
        // The last time that it may be sent is another's, if there is one.
        if isUnchanged, placement.isToBeRepeated, !hasTimesLeft(2),
            case .send(let placed) = placeRequestAgain(doubtEnd: nil)
        {
            repeatRequest(placed)
            return true
        }
        placement.tried = InstanceSet()
        return false
    }

    /// The instance has been found not running while it was to answer. Somebody else does, if the request may go there;
    /// else the answer may still come.
    func instanceFell() {
        guard let client, deployment === worker.deployment, hasTimesLeft(1) else { return }
        switch phase {
        case .connecting: break
        case .held where waiting == .turn: break
        case .forwarding:
            guard let upstream, mayRepeat(upstream) else { return }
        case .held, .head, .leaving, .resting, .tunnel: return
        }
        guard case .send(let placed) = placeRequestAgain(doubtEnd: nil) else { return }
        client.transport.cork()
        stopWaiting()
        worker.leaveQueues(self)
        serviceStream?.doubt()
        releaseUpstream(isReusable: false)
        dropResponseInput()
        repeatRequest(placed)
        client.settle()
    }

    /// Goes over to the deployment in force, if another one has come since the request was placed: positions mean
    /// nothing in another one. False if the service is gone.
    func followReload() -> Bool {
        let present = worker.deployment
        guard deployment !== present else { return true }
        guard let position = present.position(of: deployment.services[service].key) else { return false }
        deployment = present
        service = position
        placement.position = -1
        placement.tried = InstanceSet()
        leavePool()
        return true
    }

    /// There is no instance left for the request. Where one has had it, that is what the client is told.
    func respondUnplaced() {
        guard placement.hasMetFault else { return respondUnavailable() }
        respond(.badGateway)
    }

    /// No service can take the request, now or soon.
    func respondUnavailable() {
        worker.counters.requestsUnplaced &+= 1
        respond(.serviceUnavailable, retryAfter: deployment.services[service].retryAfterSeconds)
    }

    /// Answers with a status of our own and closes. If the response has begun, it is cut off instead.
    func respond(_ status: Status, retryAfter: Int? = nil) {
        guard let client, phase != .resting else { return }
        guard !hasResponse else { return cutOff() }
        if phase == .head { record.headRead(at: loop.now) }
        record.answered(at: loop.now)
        // An error of the service alone leaves the connection usable.
        let staysOpen =
            status.code >= 502 && status.code <= 504 && requestBody.isComplete && responseContext.isPersistent
            && !worker.isDraining && !client.hasServedEnough
        record.status = status.code
        output.clear()
        if isRemoteCall {
            LocalResponse.writeRemoteCallFailure(status, date: worker.date, into: output)
        } else {
            LocalResponse.write(
                status, retryAfter: retryAfter, isPersistent: staysOpen, headOnly: method == .head,
                date: worker.date,
                into: output)
        }
        carrySession(client)
        sendAnswer()
        dropResponseInput()
        finish(staysOpen: staysOpen)
    }

    /// Ends without an answer; the connection has been dealt with.
    func abandon() {
        guard let client else { return }
        stopWaiting()
        releaseUpstream(isReusable: false)
        reset()
        client.finish(self, staysOpen: false)
    }

    /// Gives the connection to the service back.
    func releaseUpstream(isReusable: Bool) {
        guard let upstream else { return }
        self.upstream = nil
        if let serviceStream {
            self.serviceStream = nil
            return serviceStream.part(isWhole: isReusable)
        }
        upstream.pool.release(upstream, isReusable: isReusable)
    }

    /// Forgets the request; the exchange goes back to the pool.
    func reset() {
        worker.leaveQueues(self)
        phase = .resting
        client = nil
        stream = nil
        leavePool()
        if tunnel != nil { dropTunnel() }
        if compression != nil { dropCompressor() }
        giveBackRequestHead()
        dropResponseInput()
    }

    private func dropResponseInput() {
        if let buffer = responseInput.take() { buffers.give(buffer) }
    }

    /// For how long an instance that could not be reached is left alone before it is tried again, and how often, as long as
    /// its status says that it is running. Meanwhile a node manager tells of the death of its process, or these tries
    /// themselves make it not running.
    private static let doubt = Duration.milliseconds(250)
    private static let doubtLimit = 3
}
