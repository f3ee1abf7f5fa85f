internal import Configuration
internal import HTTP2
internal import Platform
internal import Runtime

/// What is different for a service that speaks HTTP/2: exchanges share connections.
extension UpstreamPool {
    /// Whether exchanges share connections, as far as that is known. As long as it is not they wait for one together.
    var usesStreams: Bool {
        switch settings.speech {
        case .http1: false
        case .http2, .plainHTTP2: true
        case .agreed: hasChosenHTTP2 ?? true
        }
    }

    /// How many streams are kept for later use.
    private static let spareStreamsLimit = 256

    /// A stream of the first connection that has room, or of a new one. `fresh` asks for one that has carried nothing yet:
    /// the many streams of a connection that has ended find their way to the same new one. `avoiding` asks for another
    /// than the one that has refused the stream.
    func leaseStream(
        for exchange: Exchange, fresh: Bool, avoiding former: ServiceSession?
    ) -> Lease {
        let mayConnect = settings.inUseLimit == 0 || shared.count < settings.inUseLimit
        let session = shared.first { session in
            guard session.hasRoom else { return false }
            // What there is has to do where there can be no other.
            return !mayConnect || session !== former && !(fresh && session.hasServed)
        }
        if let session { return .stream(join(session, exchange)) }
        guard mayConnect else { return .exhausted }
        guard let address else { return .failed(SystemError.unresolved) }
        do {
            let session = try ServiceSession(
                connecting: Socket.connect(to: address), pool: self, settings: sessionSettings)
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

    private var sessionSettings: SessionSettings {
        SessionSettings(settings, head: worker.deployment.headLimits)
    }

    // MARK: What an instance chooses

    /// The instance has chosen, on a new connection.
    func noteAgreement(speaksHTTP2: Bool) {
        hasChosenHTTP2 = speaksHTTP2
    }

    /// A connection that was to be for one exchange is for several.
    func share(_ connection: UpstreamConnection) {
        let exchange = connection.becomeShared()
        do {
            let session = try ServiceSession(over: connection, pool: self, settings: sessionSettings)
            useEnds()
            shared.append(session)
            useEnds()
            exchange?.connectAgain()
            session.restIfUnused()
        } catch {
            exchange?.couldNotConnect(.connect(error))
        }
        roomChanged()
    }

    /// A connection that was to be for several exchanges is for one: the first that waits gets it, and the others get what
    /// is made for them now.
    func unshare(_ session: ServiceSession) {
        let connection = session.connection
        let streams = session.dissolve()
        var isTaken = false
        for stream in streams where stream.owner === session {
            guard let exchange = stream.exchange else { continue }
            guard isTaken else {
                isTaken = true
                useBegins()
                connection.take(for: exchange)
                exchange.connected(alone: connection)
                continue
            }
            exchange.connectAgain()
        }
        if !isTaken { connection.close() }
        roomChanged()
    }

    // MARK: Streams

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
