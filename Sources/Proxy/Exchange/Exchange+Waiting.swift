internal import HTTP
internal import Platform
internal import Runtime

extension Exchange {
    /// What the exchange waits for, and so which time-out applies and what its end means.
    enum Waiting: UInt8 {
        case nothing
        /// The rest of a request's head.
        case head
        /// A starting owner, or a free connection to it.
        case place
        /// A new connection.
        case connect
        /// More of the request's body, from the client.
        case requestBody
        /// The service to take more of the request, or to answer.
        case response
        /// The client to take more of the response.
        case send
    }

    /// Waits for `waiting` from now on.
    func wait(for waiting: Waiting) {
        self.waiting = waiting
        worker.loop.setTimer(self, at: worker.loop.now.advanced(byNanoseconds: patience(for: waiting)))
    }

    /// Waits for whoever has to move next.
    func waitForProgress() {
        guard let client, let upstream else { return }
        if client.transport.hasPendingOutput {
            wait(for: .send)
        } else if !requestBody.isComplete, !isRequestAbandoned, !hasResponse, !expectsContinue || hasSentBody,
            !upstream.transport.hasPendingOutput
        {
            wait(for: .requestBody)
        } else {
            wait(for: .response)
        }
    }

    /// Waits no more.
    func stopWaiting() {
        guard waiting != .nothing else { return }
        waiting = .nothing
        worker.loop.clearTimer(self)
    }

    /// Suspends the request until the status changes, at the latest until `deadline`.
    func hold(until deadline: MonotonicTime) {
        guard worker.hold(self, limit: deployment.services[service].holdQueue) else { return respondUnavailable() }
        phase = .held
        waiting = .place
        placement.heldSince = placement.heldSince ?? worker.loop.now
        worker.counters.requestsHeld &+= 1
        worker.loop.setTimer(self, at: deadline)
    }

    /// All connections that the instance may have are in use: waits in line for one.
    func waitForConnection(_ pool: UpstreamPool) {
        let settings = deployment.services[service]
        guard pool.enqueue(self, limit: settings.holdQueue) else { return respondUnavailable() }
        phase = .held
        waiting = .place
        worker.loop.setTimer(self, at: worker.loop.now + settings.holdTimeout)
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
        client.transport.cork()
        switch waiting {
        case .nothing: break
        case .head: respond(.requestTimeout)
        case .place: placeTimedOut()
        case .connect: connectFailed(SystemError.timedOut)
        case .requestBody: hasResponse ? cutOff() : respond(.requestTimeout)
        case .response: responseTimedOut()
        case .send: client.close()
        }
        client.settle()
    }

    private func placeTimedOut() {
        worker.leaveQueues(self)
        guard placement.heldSince != nil else { return respondUnavailable() }
        choose()
    }

    private func responseTimedOut() {
        worker.report(success: false, service: service, position: placement.position)
        if hasResponse { cutOff() } else { respond(.gatewayTimeout) }
    }

    private func patience(for waiting: Waiting) -> UInt64 {
        let timeouts = deployment.timeouts
        return switch waiting {
        case .head: timeouts.head
        case .connect: timeouts.connect
        case .requestBody: timeouts.body
        case .send: timeouts.send
        case .response, .place, .nothing: timeouts.response
        }
    }
}
