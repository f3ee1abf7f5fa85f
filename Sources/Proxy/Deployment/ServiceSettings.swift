internal import Affinity
internal import Configuration
internal import Monitoring
internal import Platform
internal import TLS

/// What a worker needs of a service.
struct ServiceSettings: Sendable {
    let name: [UInt8]
    let key: ServiceKey
    /// The service identities, by position.
    let identities: [[UInt8]]
    let keys: [InstanceKey]
    let retries: Int
    let holdQueue: Int
    let holdTimeout: Duration
    let retryAfterSeconds: Int
    /// The time-outs that are the service's own, in nanoseconds; nil: as for all.
    let bodyTimeout: UInt64?
    let responseTimeout: UInt64?
    let pool: PoolSettings
    /// TLS to the instances; nil: plain.
    let security: ServiceSecurity?
    /// The names of the instances, by position, for TLS.
    private let names: [InstanceNames]

    /// Compiles `configuration`, with the files of its TLS.
    init(_ configuration: ServiceConfiguration) throws(GatewayError) {
        name = Array(configuration.name.utf8)
        key = ServiceKey(name: configuration.name)
        identities = configuration.instances.map { Array($0.id.utf8) }
        keys = configuration.instances.map { InstanceKey(identity: $0.id) }
        retries = configuration.retries
        holdQueue = configuration.hold.queue
        holdTimeout = configuration.hold.timeout
        retryAfterSeconds = max(1, Int(configuration.hold.retryAfter.components.seconds))
        bodyTimeout = configuration.timeouts.body?.clampedNanoseconds
        responseTimeout = configuration.timeouts.response?.clampedNanoseconds
        pool = PoolSettings(
            idleLimit: configuration.pool.idle,
            idleNanoseconds: configuration.pool.idleTimeout.clampedNanoseconds,
            inUseLimit: configuration.pool.perInstance,
            speech: configuration.mayBeHTTP2 ? configuration.speech : .http1,
            streamsLimit: configuration.pool.streams)
        do throws(TLSError) {
            security = try configuration.tls.map { (tls) throws(TLSError) in
                try ServiceSecurity(
                    tls, protocols: configuration.speech.offer, needsProtocol: configuration.speech == .http2)
            }
        } catch {
            throw .tls("service \(configuration.name): \(error)")
        }
        let security = security
        names = configuration.instances.compactMap { security?.names(of: $0.address) }
    }

    /// TLS to the instance at `position`; nil: plain.
    func security(at position: Int) -> InstanceSecurity? {
        security.map { InstanceSecurity(service: $0, names: names[position]) }
    }
}

/// TLS to one instance.
struct InstanceSecurity: Sendable {
    let service: ServiceSecurity
    let names: InstanceNames
}

/// The limits of one worker's connections to one instance.
struct PoolSettings: Sendable {
    let idleLimit: Int
    let idleNanoseconds: UInt64
    /// 0 for no limit.
    let inUseLimit: Int
    /// What the instances speak.
    let speech: ServiceConfiguration.Speech
    /// How many requests share a connection of HTTP/2.
    let streamsLimit: Int

    /// Whether connections may be shared.
    var mayUseStreams: Bool { speech != .http1 }
}

extension ServiceConfiguration.Speech {
    /// What is offered in TLS.
    fileprivate var offer: [[UInt8]] {
        switch self {
        case .http1: [ApplicationProtocolName.http1]
        case .http2, .plainHTTP2: [ApplicationProtocolName.http2]
        case .agreed: ApplicationProtocolName.all
        }
    }
}
