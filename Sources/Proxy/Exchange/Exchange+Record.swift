internal import Configuration
internal import Runtime

extension Exchange {
    /// Writes the exchange's line to the access log, and counts its placement.
    func recordAccess(_ client: ClientConnection) {
        if placement.position >= 0 { worker.counters.count(placement.reason) }
        guard let log = worker.accessLog else { return }
        let isPlaced = placement.position >= 0
        let settings = isPlaced ? deployment.services[service] : nil
        let line = AccessLine(
            client: client, service: settings?.name ?? [],
            instance: settings?.identities[placement.position] ?? [], now: loop.now,
            handshakeNanoseconds: client.takeHandshakeNanoseconds())
        switch deployment.configuration.accessLog?.format {
        case .combined: log.append { line.writeCombined(record, placement, into: $0) }
        case .json, nil: log.append { line.writeJSON(record, placement, into: $0) }
        }
    }
}
