internal import Configuration
internal import HTTP1
internal import Runtime

extension Exchange {
    /// Gives the request its identity, and keeps what the form of the log tells besides.
    func recordOrigin(of head: borrowing RequestHead, _ bytes: Span<UInt8>) {
        guard let client else { return }
        record.identify(head, bytes, own: worker.nextRequestID(), isTrusted: client.isTrusted)
        if deployment.configuration.accessLog?.format == .combined { record.takeOrigin(head, bytes) }
    }

    /// Writes the exchange's line to the access log, and counts its placement.
    func recordAccess(_ client: ClientConnection) {
        if placement.position >= 0 { worker.counters.count(placement.reason) }
        guard let log = worker.accessLog else { return }
        let isPlaced = placement.position >= 0
        // Each by itself: all settings of the service together would be copied.
        let name = isPlaced ? deployment.services[service].name : []
        let identity = isPlaced ? deployment.services[service].identities[placement.position] : []
        let line = AccessLine(
            client: client, service: name, instance: identity, now: loop.now,
            handshakeNanoseconds: client.takeHandshakeNanoseconds())
        switch deployment.configuration.accessLog?.format {
        case .combined: log.append { line.writeCombined(record, placement, into: $0) }
        case .json, nil: log.append { line.writeJSON(record, placement, into: $0) }
        }
    }
}
