internal import Configuration
internal import HTTP
internal import HTTP2

extension SessionSettings {
    /// What clients that speak HTTP/2 are told and held to.
    init(_ configuration: GatewayConfiguration, head: HeadLimits) {
        self.init()
        self.head = head
        concurrentStreams = UInt32(clamping: configuration.limits.streamsPerConnection)
        streamWindowBytes = UInt32(clamping: configuration.http2.streamWindowBytes)
        connectionWindowBytes = UInt32(clamping: configuration.http2.connectionWindowBytes)
        allowsWebSocket = configuration.routes.contains { $0.upgrades.contains("websocket") }
        let allowed = configuration.http2.budgets
        budgets[.reset] = AbuseBudget(allowed.resets)
        budgets[.provokedReset] = AbuseBudget(allowed.provokedResets)
        budgets[.settings] = AbuseBudget(allowed.settings)
        budgets[.ping] = AbuseBudget(allowed.pings)
        budgets[.priority] = AbuseBudget(allowed.priorities)
        budgets[.strayFrame] = AbuseBudget(allowed.strayFrames)
        budgets[.emptyFrame] = AbuseBudget(allowed.emptyFrames)
        budgets[.windowUpdate] = AbuseBudget(allowed.windowUpdates)
    }
}

extension SessionSettings {
    /// How much of one response may be on its way or waiting for its client.
    private static let responseWindowBytes: UInt32 = 128 << 10

    /// What services that speak HTTP/2 are told and held to.
    init(_ pool: PoolSettings, head: HeadLimits) {
        self.init()
        self.head = head
        concurrentStreams = UInt32(clamping: pool.streamsLimit)
        streamWindowBytes = Self.responseWindowBytes
        // As much as all streams together: a client that reads slowly holds up nobody but itself.
        connectionWindowBytes = UInt32(clamping: Int(Self.responseWindowBytes) * max(8, pool.streamsLimit))
        // One connection has the traffic of many clients, and services are trusted to some extent.
        budgets[.reset] = AbuseBudget(burst: 4_000, perSecond: 1_000)
        budgets[.provokedReset] = AbuseBudget(burst: 1_000, perSecond: 200)
        budgets[.settings] = AbuseBudget(burst: 200, perSecond: 50)
        budgets[.ping] = AbuseBudget(burst: 2_000, perSecond: 1_000)
        budgets[.strayFrame] = AbuseBudget(burst: 20_000, perSecond: 20_000)
        budgets[.emptyFrame] = AbuseBudget(burst: 1_000, perSecond: 1_000)
        budgets[.windowUpdate] = AbuseBudget(burst: 20_000, perSecond: 20_000)
    }
}

extension AbuseBudget {
    fileprivate init(_ configuration: BudgetConfiguration) {
        self.init(burst: configuration.burst, perSecond: configuration.rate)
    }
}
