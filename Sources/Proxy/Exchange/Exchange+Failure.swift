internal import Balancing
internal import HTTP
internal import HTTP1
internal import Platform
internal import Runtime

extension Exchange {
    /// The connection to the chosen instance could not be made: nothing of the request has reached it.
    func connectFailed(_ error: SystemError) {
        guard !error.isExhaustion else {
            // We have no descriptor left: that says nothing of the instance, and the others can't be reached either.
            releaseUpstream(isReusable: false)
            return respondUnavailable()
        }
        worker.reportConnectFailure(service: service, position: placement.position)
        releaseUpstream(isReusable: false)
        tryAnother()
    }

    /// The connection broke, or ended, before the response began.
    func upstreamFailed() {
        let wasUsed = upstream?.wasUsed ?? false
        let saidNothing = responseInput?.isEmpty != false
        releaseUpstream(isReusable: false)
        dropResponseInput()
        guard isRepeatable, !hasSentBody, saidNothing else {
            if !wasUsed { worker.report(success: false, service: service, position: placement.position) }
            return respond(.badGateway)
        }
        if wasUsed, placement.attempts < deployment.services[service].retries {
            // The service has closed an idle connection just as we took it: no fault, and a new one will do.
            placement.attempts &+= 1
            return connect(fresh: true)
        }
        worker.report(success: false, service: service, position: placement.position)
        tryAnother()
    }

    /// Goes on with the next instance in the order of fallback.
    private func tryAnother() {
        guard placement.attempts < deployment.services[service].retries else { return respondBad() }
        placement.attempts &+= 1
        switch placeRequestAgain() {
        case .send(let placed): use(placed)
        case .hold, .unavailable: respondBad()
        }
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
        if phase == .head { record.headRead(at: worker.loop.now) }
        // An error of the service alone leaves the connection usable.
        let staysOpen =
            status.code >= 502 && status.code <= 504 && requestBody.isComplete && responseContext.isPersistent
            && !worker.isDraining && !client.hasServedEnough
        record.status = status.code
        worker.output.clear()
        LocalResponse.write(
            status, retryAfter: retryAfter, isPersistent: staysOpen, headOnly: method == .head && phase != .head,
            date: worker.date, into: worker.output)
        sendOutput()
        dropResponseInput()
        finish(staysOpen: staysOpen)
        if !staysOpen { client.settle() }
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
        upstream.pool.release(upstream, isReusable: isReusable)
    }

    /// Forgets the request; the exchange goes back to the pool.
    func reset() {
        worker.leaveQueues(self)
        phase = .resting
        client = nil
        giveBackRequestHead()
        dropResponseInput()
    }

    private func dropResponseInput() {
        guard let responseInput else { return }
        worker.loop.buffers.give(responseInput)
        self.responseInput = nil
    }
}
