internal import HTTP
internal import HTTP2
internal import Platform
internal import Runtime

extension Exchange {
    /// What the exchange waits for, and so which time-out applies and what its end means.
    enum Waiting: UInt8 {
        case nothing
        /// The rest of a request's head.
        case head
        /// A starting owner, or any instance to run.
        case place
        /// A free connection to the instance.
        case turn
        /// A new connection.
        case connect
        /// More of the request's body, from the client.
        case requestBody
        /// The service, to take more of the request.
        case upstream
        /// The head of the response.
        case response
        /// More of the response's body, while the request's may still be under way.
        case responseBody
        /// The client to take more of the response.
        case send
    }

    /// Waits for `waiting`: from now on, or since `progress` last grew. Events that bring no progress prolong nothing.
    func wait(for waiting: Waiting, progress: UInt64 = 0) {
        guard waiting != self.waiting || progress != waitedFrom else { return }
        self.waiting = waiting
        waitedFrom = progress
        loop.setTimer(self, at: loop.now.advanced(byNanoseconds: patience(for: waiting)))
    }

    /// Waits for whoever has to move next.
    func waitForProgress() {
        guard client != nil, let upstream else { return }
        if isClientBusy {
            wait(for: .send, progress: clientProgress)
        } else if hasResponse {
            wait(for: .responseBody, progress: responseProgress(upstream) &+ takenByService(upstream))
        } else if isBusy(upstream) {
            wait(for: .upstream, progress: serviceProgress(upstream))
        } else if !requestBody.isComplete, !isRequestAbandoned, !expectsContinue || hasSentBody {
            wait(for: .requestBody, progress: requestBody.contentBytes)
        } else {
            wait(for: .response)
        }
    }

    /// Waits no more.
    func stopWaiting() {
        guard waiting != .nothing else { return }
        waiting = .nothing
        loop.clearTimer(self)
    }

    /// Suspends the request until the status changes, at the latest until `deadline`.
    func hold(until deadline: MonotonicTime) {
        guard worker.hold(self) else { return respondUnavailable() }
        phase = .held
        waiting = .place
        if placement.heldSince == nil {
            placement.heldSince = loop.now
            worker.counters.requestsHeld &+= 1
        }
        loop.setTimer(self, at: deadline)
    }

    /// All connections that the instance may have are in use: waits in line for one.
    func waitForConnection(_ pool: UpstreamPool) {
        let settings = deployment.services[service]
        guard pool.enqueue(self, limit: settings.holdQueue) else { return respondUnavailable() }
        phase = .held
        waiting = .turn
        // However often its turn comes in vain, it waits no longer than that in all.
        let start = placement.inLineSince ?? loop.now
        placement.inLineSince = start
        loop.setTimer(self, at: start + settings.holdTimeout)
    }

    /// Statuses have changed, or a connection is free: tries again.
    func resume(choosing: Bool) {
        guard phase == .held, let client else { return }
        stopWaiting()
        client.transport.cork()
        if choosing { choose() } else { connect(fresh: false) }
        client.settle()
    }

    /// The time that `waiting` may take is over.
    func waitedInVain() {
        guard let client, phase != .resting else { return }
        let waiting = waiting
        self.waiting = .nothing
        if let progress = progressUntold(waiting) { return wait(for: waiting, progress: progress) }
        client.transport.cork()
        switch waiting {
        case .nothing: break
        case .head: respond(.requestTimeout)
        case .place: placeTimedOut()
        case .turn: respondUnavailable()
        case .connect: connectFailed(.connect(.timedOut))
        case .requestBody: respond(.requestTimeout)
        case .upstream, .response: responseTimedOut()
        case .responseBody: cutOff()
        case .send:
            worker.shared.abuse.noteSlowReader()
            if let stream { cutOff(stream, .cancel) } else { client.close() }
        }
        client.settle()
    }

    /// How far things have come since the wait began, if they have: nobody tells before all that waits is taken.
    private func progressUntold(_ waiting: Waiting) -> UInt64? {
        let progress: UInt64
        switch waiting {
        case .send: progress = clientProgress
        case .upstream: progress = upstream.map(serviceProgress) ?? waitedFrom
        default: return nil
        }
        return progress == waitedFrom ? nil : progress
    }

    private func placeTimedOut() {
        worker.leaveQueues(self)
        choose()
    }

    private func responseTimedOut() {
        if let pool { worker.reports.noteReset(pool.report) }
        serviceStream?.doubt()
        respond(.gatewayTimeout)
    }

    private func patience(for waiting: Waiting) -> UInt64 {
        let timeouts = deployment.timeouts
        return switch waiting {
        case .head: timeouts.head
        case .connect: timeouts.connect
        case .requestBody, .responseBody: deployment.services[service].bodyTimeout ?? timeouts.body
        case .send, .upstream: timeouts.send
        case .response: deployment.services[service].responseTimeout ?? timeouts.response
        case .place, .turn, .nothing: timeouts.response
        }
    }
}
