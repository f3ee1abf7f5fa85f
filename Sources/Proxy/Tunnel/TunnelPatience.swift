internal import Platform

/// How long a tunnel may go on as it is: it ends when nothing has moved for too long, or when a peer has taken nothing of
/// what waits for it.
struct TunnelPatience {
    /// One peer's output, as far as it matters here.
    struct Output {
        /// Whether something waits for the peer.
        var isWaiting: Bool
        /// What the peer has taken in all.
        var sentBytes: UInt64
    }

    /// What a tunnel may take, in nanoseconds.
    struct Limits {
        /// Without a byte in any direction.
        var idle: UInt64
        /// The same once one side has said all that it has to say.
        var halfClosedIdle: UInt64
        /// Without a byte taken while some wait.
        var send: UInt64
    }

    private var traffic: UInt64 = 0
    private var movedAt: MonotonicTime
    private var client = Blockage()
    private var service = Blockage()

    init(at now: MonotonicTime) {
        movedAt = now
    }

    /// Notes how far things have come; answers when the tunnel ends if they come no further.
    /// - Parameters:
    ///   - traffic: bytes that have come or gone, in all.
    ///   - client: what waits for the client.
    ///   - service: what waits for the service.
    ///   - isHalfClosed: whether one of them has said all.
    ///   - limits: what the tunnel may take.
    ///   - now: the present time.
    /// - Returns: when it ends.
    mutating func deadline(
        traffic: UInt64, client: Output, service: Output, isHalfClosed: Bool, limits: Limits,
        at now: MonotonicTime
    ) -> MonotonicTime {
        if traffic != self.traffic {
            self.traffic = traffic
            movedAt = now
        }
        let idle = isHalfClosed ? min(limits.idle, limits.halfClosedIdle) : limits.idle
        var deadline = movedAt.advanced(byNanoseconds: idle)
        for start in [self.client.since(client, now), self.service.since(service, now)] {
            guard let start else { continue }
            deadline = min(deadline, start.advanced(byNanoseconds: limits.send))
        }
        return deadline
    }

    /// Since when a peer has taken nothing of what waits for it.
    private struct Blockage {
        private var start: MonotonicTime?
        private var sentBytes: UInt64 = 0

        mutating func since(_ output: Output, _ now: MonotonicTime) -> MonotonicTime? {
            guard output.isWaiting else {
                start = nil
                return nil
            }
            if start == nil || output.sentBytes != sentBytes { start = now }
            sentBytes = output.sentBytes
            return start
        }
    }
}
