internal import Affinity
internal import Configuration
internal import HTTP1
internal import Runtime

extension Exchange {
    /// Gives the request its identity, and keeps what the form of the log tells besides.
    func recordOrigin(of head: borrowing RequestHead, _ bytes: Span<UInt8>, _ client: ClientConnection) {
        record.identify(head, bytes, own: worker.nextRequestID(), isTrusted: client.isTrusted)
        if deployment.accessLogFormat == .combined { record.takeOrigin(head, bytes) }
    }

    /// Writes the exchange's line to the access log, and counts its placement.
    func recordAccess(_ client: ClientConnection) {
        if placement.position >= 0 { worker.counters.count(placement.reason) }
        guard let log = worker.accessLog else { return }
        let line = AccessLine(
            client: client, now: loop.now, handshakeNanoseconds: client.takeHandshakeNanoseconds())
        guard placement.position >= 0 else {
            return write(line, service: Span(), instance: Span(), reason: nil, to: log)
        }
        // Each by itself: all settings of the service together would be copied.
        let name = deployment.services[service].name
        let identity = deployment.services[service].identities[placement.position]
        write(line, service: name.span, instance: identity.span, reason: placement.reason, to: log)
    }

    private func write(
        _ line: AccessLine, service: Span<UInt8>, instance: Span<UInt8>, reason: Reason?,
        to log: AccessLogBuffer
    ) {
        if deployment.accessLogFormat == .combined {
            line.writeCombined(record, instance: instance, reason: reason, into: log.lines)
        } else {
            line.writeJSON(
                record, lineage: placement.lineage, service: service, instance: instance, reason: reason,
                into: log.lines)
        }
        log.lineEnded()
    }
}
