internal import HTTP2
internal import Platform
internal import Runtime

/// What is different for a service that speaks HTTP/2: exchanges share connections.
extension UpstreamPool {
    /// How many streams are kept for later use.
    private static let spareStreamsLimit = 256

    /// A stream of the first connection that has room, or of a new one. `fresh` asks for a new one.
    func leaseStream(for exchange: Exchange, fresh: Bool) -> Lease {
        let mayConnect = settings.inUseLimit == 0 || shared.count < settings.inUseLimit
        if !fresh || !mayConnect, let session = shared.first(where: { $0.hasRoom }) {
            return .stream(join(session, exchange))
        }
        guard mayConnect else { return .exhausted }
        guard let address else { return .failed(SystemError.unresolved) }
        do {
            let session = try ServiceSession(
                connecting: Socket.connect(to: address), pool: self,
                settings: SessionSettings(settings, head: worker.deployment.headLimits))
            shared.append(session)
            return .stream(join(session, exchange))
        } catch {
            return .failed(error)
        }
    }

    private func join(_ session: ServiceSession, _ exchange: Exchange) -> ServiceStream {
        let stream = spareStreams.popLast() ?? ServiceStream()
        session.join(stream, for: exchange)
        return stream
    }

    /// Takes back a stream that is free again.
    func keep(_ stream: ServiceStream) {
        if spareStreams.count < Self.spareStreamsLimit { spareStreams.append(stream) }
    }

    /// A connection is over.
    func forget(_ session: ServiceSession) {
        shared.removeAll { $0 === session }
    }

    /// A stream is free, or a connection is over: those in line get their turn.
    func roomChanged() {
        if !waiting.isEmpty { serveWaiting() }
    }

    /// Whether connections that nobody uses are kept.
    var keepsSessions: Bool { settings.idleLimit > 0 && !worker.isDraining && !isRetired }

    /// How long connections that nobody uses are kept.
    var idleNanoseconds: UInt64 { settings.idleNanoseconds }
}
