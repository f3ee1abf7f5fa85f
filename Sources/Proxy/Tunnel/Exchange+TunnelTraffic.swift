internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Platform
internal import Runtime

/// A tunnel's bytes in both directions. Each side is read only while the other takes, so that a tunnel holds what was read
/// at once and no more, and nothing while it is idle.
extension Exchange {
    /// How often one direction is read before others get their turn.
    private static let tunnelTurnLimit = 8

    /// Carries what has come, as far as it is taken.
    func serveTunnel() {
        guard phase == .tunnel, let tunnel, let client, let upstream else { return }
        if tunnel.isOrphan {
            guard isBusy(upstream) else { return endTunnel(isCutOff: false) }
            waitInTunnel()
            return
        }
        carryUp(tunnel, client, upstream)
        guard phase == .tunnel else { return }
        carryDown(tunnel, client, upstream)
        guard phase == .tunnel else { return }
        if hasServiceLeft(upstream) {
            // It takes nothing more. If it has said all, that is an end; else the connection is lost.
            return tunnel.hasServiceEnded ? endTunnel(isCutOff: false) : breakTunnel(client)
        }
        if tunnel.hasClientEnded, tunnel.hasServiceEnded, !isClientBusy, !isBusy(upstream) {
            return endTunnel(isCutOff: tunnel.isRagged)
        }
        waitInTunnel()
    }

    // MARK: To the service

    private func carryUp(_ tunnel: Tunnel, _ client: ClientConnection, _ upstream: UpstreamConnection) {
        guard !tunnel.hasClientEnded else { return }
        upstream.cork()
        let hasEnded = stream.map { carryUp(from: $0, upstream) } ?? carryUp(tunnel, from: client, upstream)
        upstream.uncork()
        guard phase == .tunnel else { return }
        if hasEnded { endUp(tunnel, upstream) }
        serviceStream?.settle()
    }

    /// The client has said all, and now the service is told.
    private func endUp(_ tunnel: Tunnel, _ upstream: UpstreamConnection) {
        tunnel.hasClientEnded = true
        if let serviceStream { serviceStream.end() } else { upstream.shutdownWriting() }
    }

    /// True if the client has said all.
    private func carryUp(
        _ tunnel: Tunnel, from client: ClientConnection, _ upstream: UpstreamConnection
    ) -> Bool {
        for _ in 0..<Self.tunnelTurnLimit {
            guard !isBusy(upstream), !hasFailed(upstream) else { return false }
            client.withInput { sendUp($0, upstream) }
            switch client.receive(limit: ClientConnection.inputBytes) {
            case .bytes, .full: continue
            case .nothing: return false
            case .end where !client.isTruncated || tunnel.hasServiceEnded:
                // Many clients that have heard the end of a WebSocket leave without a word.
                return true
            case .end, .failed:
                // The service must not take it for an end in order.
                client.close()
                return false
            }
        }
        worker.loop.revisit(client)
        return false
    }

    /// The same from a stream, whose window opens as much as is taken.
    private func carryUp(from stream: ClientStream, _ upstream: UpstreamConnection) -> Bool {
        guard !isBusy(upstream), !hasFailed(upstream) else { return false }
        stream.withInput { sendUp($0, upstream) }
        return stream.isInputOver && stream.inputCount == 0
    }

    private func sendUp(_ input: ByteBuffer, _ upstream: UpstreamConnection) {
        record.tunnelBytes = (record.tunnelBytes ?? 0) &+ UInt64(input.count)
        if let serviceStream {
            serviceStream.send(input.readable, isLast: false)
        } else {
            unsafe input.withReadableBytes { bytes in unsafe upstream.write(bytes) }
        }
        input.clear()
    }

    // MARK: To the client

    private func carryDown(_ tunnel: Tunnel, _ client: ClientConnection, _ upstream: UpstreamConnection) {
        if let serviceStream { return carryDown(tunnel, client, from: serviceStream) }
        for _ in 0..<Self.tunnelTurnLimit {
            guard phase == .tunnel, !tunnel.hasServiceEnded, !isClientBusy else { return }
            switch receiveDown(upstream) {
            case .bytes: continue
            case .wouldBlock: return
            case .end:
                return endDown(tunnel, client)
            case .failed where upstream.isTruncated:
                tunnel.isRagged = true
                tunnel.hasServiceEnded = true
                tunnel.hasClientEnded = true
                return
            case .failed:
                return breakTunnel(client)
            }
        }
        if phase == .tunnel, !isClientBusy { worker.loop.revisit(upstream) }
    }

    /// The same from a stream, whose window opens as much as is taken.
    private func carryDown(_ tunnel: Tunnel, _ client: ClientConnection, from serviceStream: ServiceStream) {
        guard !tunnel.hasServiceEnded, !isClientBusy else { return }
        serviceStream.withInput { input in
            sendDown(input.readable)
            input.clear()
        }
        serviceStream.settle()
        guard phase == .tunnel, serviceStream.isInputOver, serviceStream.inputCount == 0 else { return }
        endDown(tunnel, client)
    }

    /// The service has said all, and now the client is told.
    private func endDown(_ tunnel: Tunnel, _ client: ClientConnection) {
        tunnel.hasServiceEnded = true
        if let stream { stream.end() } else { client.endSending() }
    }

    /// Whether the service takes and says nothing more.
    private func hasServiceLeft(_ upstream: UpstreamConnection) -> Bool {
        guard let serviceStream else { return upstream.hasFailed }
        guard serviceStream.isClosed, serviceStream.inputCount == 0 else { return false }
        // A stream in order is over when both sides have said all; the client may still have some to take.
        return !(tunnel?.hasServiceEnded ?? false) || !(tunnel?.hasClientEnded ?? false) && !isClientBusy
    }

    private func receiveDown(_ upstream: UpstreamConnection) -> Socket.Transfer {
        guard upstream.mayHaveInput else { return .wouldBlock }
        let most = responseReadBytes
        let buffer = worker.loop.buffers.take(capacity: most)
        defer { worker.loop.buffers.give(buffer) }
        var transfer = Socket.Transfer.wouldBlock
        unsafe buffer.withWritableBytes(minimum: most) { room in
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: room.prefix(most))
            transfer = unsafe upstream.receive(into: part)
            guard case .bytes(let count) = transfer else { return 0 }
            return count
        }
        sendDown(buffer.readable)
        return transfer
    }

    /// Sends to the client; what it does not take waits in its output.
    func sendDown(_ bytes: Span<UInt8>) {
        guard bytes.count > 0, let client else { return }
        record.sentBytes &+= UInt64(bytes.count)
        guard let stream else { return client.send(bytes) }
        stream.send(bytes, isLast: false)
        stream.makeRoom()
    }

    // MARK: Wait

    /// Sets the time at which the tunnel ends if nothing moves; answers it.
    @discardableResult
    func waitInTunnel() -> MonotonicTime? {
        guard phase == .tunnel, let tunnel, let client, let upstream else { return nil }
        let traffic =
            client.transport.receivedBytes &+ takenByClient &+ responseProgress(upstream)
            &+ takenByService(upstream)
        return tunnel.wait(
            traffic: stream.map { $0.receivedBytes &+ traffic &- client.transport.receivedBytes } ?? traffic,
            client: .init(isWaiting: isClientBusy && !tunnel.isOrphan, sentBytes: clientProgress),
            service: .init(
                isWaiting: isBusy(upstream), sentBytes: serviceProgress(upstream)))
    }

    /// Nothing has moved for too long, or the instance's time is over.
    func tunnelTimedOut() {
        guard phase == .tunnel, let tunnel, let client else { return }
        // Who takes what waits little by little is heard of only when it has taken all.
        if let deadline = waitInTunnel(), deadline > loop.now { return }
        loop.clearTimer(tunnel)
        if isClientBusy, !tunnel.isOrphan, !tunnel.isRetired { worker.shared.abuse.noteSlowReader() }
        client.transport.cork()
        endTunnel(isCutOff: true)
        client.settle()
    }

    // MARK: End

    /// The connection to the service is lost: the client is told by a reset.
    private func breakTunnel(_ client: ClientConnection) {
        if let stream { return cutOff(stream, .cancel) }
        Socket.resetOnClose(client.transport.descriptor)
        client.close()
    }

    /// Ends in order. `isCutOff`: not because both sides have said all.
    private func endTunnel(isCutOff: Bool) {
        guard let client else { return }
        record.isCutOff = isCutOff
        if let stream {
            if isCutOff { stream.reset(.cancel) }
            _ = stream.leave()
        }
        recordAccess(client)
        // A stream that has ended in order is not reset.
        releaseUpstream(isReusable: serviceStream != nil && !isCutOff)
        let isStream = stream != nil || tunnel?.isOrphan == true
        let isRagged = tunnel?.isRagged ?? false
        reset()
        if isStream {
            worker.give(self)
        } else {
            client.finish(self, staysOpen: false, isRagged: isRagged)
        }
    }

    /// The stream is about to end: what has come last is passed on, though the service may still have some to take.
    func takeLastInput() {
        guard phase == .tunnel, let stream, let tunnel, let upstream, !tunnel.hasClientEnded else { return }
        stream.withInput { sendUp($0, upstream) }
        if stream.isInputOver { endUp(tunnel, upstream) }
        serviceStream?.settle()
    }

    /// The stream has ended, and knows this exchange no longer.
    func tunnelStreamClosed(_ code: ErrorCode) {
        guard let tunnel, let upstream, code == .noError, tunnel.hasClientEnded, tunnel.hasServiceEnded else {
            abortTunnel()
            return worker.give(self)
        }
        stream = nil
        tunnel.isOrphan = true
        if isBusy(upstream) { waitInTunnel() } else { endTunnel(isCutOff: false) }
    }

    /// The client has gone: so does the connection to the service, and in the same way.
    func abortTunnel() {
        // A stream is reset when it is let go.
        if let upstream, serviceStream == nil { Socket.resetOnClose(upstream.transport.descriptor) }
        record.isCutOff = true
        if let client { recordAccess(client) }
        releaseUpstream(isReusable: false)
        reset()
    }
}
