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
        guard !fault.isWantOfOurs else { return respondUnavailable() }
        if let pool { report(fault, of: pool) }
        tryAnother()
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
        let isUnprocessed = serviceStream?.isUnprocessed ?? upstream.hasSentNothing
        let hasNoAnswer = serviceStream.map { $0.head?.isEmpty ?? true } ?? upstream.hasReceivedNothing
        let wasUsed = serviceStream.map { $0.wasUsed || isUnprocessed } ?? upstream.wasUsed
        // Again only if nothing reached the service, or if twice is once and it has said nothing yet.
        let isUnanswered = hasNoAnswer && interimResponses == 0
        let hasWhole = !hasSentBody || isUnprocessed && sentBody.isWhole
        let mayRepeat = hasWhole && isUnanswered && (isRepeatable || isUnprocessed)
        let former = serviceStream?.owner
        let verdict = upstream.verdict
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
            return tryAnother()
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

    /// Goes on with the next instance in the order of fallback.
    private func tryAnother() {
        guard placement.attempts < deployment.services[service].retries, followReload() else {
            return respondBad()
        }
        placement.attempts &+= 1
        switch placeRequestAgain() {
        case .send(let placed): use(placed)
        case .hold, .unavailable: respondBad()
        }
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
        pool = nil
        return true
    }

    private func respondBad() {
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
        pool = nil
        if tunnel != nil { dropTunnel() }
        if compression != nil { dropCompressor() }
        giveBackRequestHead()
        dropResponseInput()
    }

    private func dropResponseInput() {
        if let buffer = responseInput.take() { buffers.give(buffer) }
    }
}
