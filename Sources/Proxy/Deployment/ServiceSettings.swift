internal import Affinity
internal import Configuration
internal import Platform

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
    let pool: PoolSettings

    init(_ configuration: ServiceConfiguration) {
        name = Array(configuration.name.utf8)
        key = ServiceKey(name: configuration.name)
        identities = configuration.instances.map { Array($0.id.utf8) }
        keys = configuration.instances.map { InstanceKey(identity: $0.id) }
        retries = configuration.retries
        holdQueue = configuration.hold.queue
        holdTimeout = configuration.hold.timeout
        retryAfterSeconds = max(1, Int(configuration.hold.retryAfter.components.seconds))
        pool = PoolSettings(
            idleLimit: configuration.pool.idle,
            idleNanoseconds: configuration.pool.idleTimeout.clampedNanoseconds,
            inUseLimit: configuration.pool.perInstance)
    }
}

/// The limits of one worker's connections to one instance.
struct PoolSettings: Sendable {
    let idleLimit: Int
    let idleNanoseconds: UInt64
    /// 0 for no limit.
    let inUseLimit: Int
}
