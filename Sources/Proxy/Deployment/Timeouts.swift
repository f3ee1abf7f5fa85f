internal import Configuration
internal import Platform

/// The time-outs in nanoseconds, as the way of a request needs them.
struct Timeouts: Sendable {
    let handshake: UInt64
    let head: UInt64
    let body: UInt64
    let idle: UInt64
    /// 0: any time.
    let age: UInt64
    let connect: UInt64
    let response: UInt64
    let send: UInt64
    let tunnel: UInt64
    let drain: Duration

    init(_ configuration: TimeoutConfiguration) {
        handshake = configuration.handshake.clampedNanoseconds
        head = configuration.head.clampedNanoseconds
        body = configuration.body.clampedNanoseconds
        idle = configuration.idle.clampedNanoseconds
        age = configuration.age.clampedNanoseconds
        connect = configuration.connect.clampedNanoseconds
        response = configuration.response.clampedNanoseconds
        send = configuration.send.clampedNanoseconds
        tunnel = configuration.tunnel.clampedNanoseconds
        drain = configuration.drain
    }
}
