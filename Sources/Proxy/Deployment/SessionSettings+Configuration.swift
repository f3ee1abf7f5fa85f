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
        budgets[.emptyFrame] = AbuseBudget(allowed.emptyFrames)
        budgets[.windowUpdate] = AbuseBudget(allowed.windowUpdates)
    }
}

extension AbuseBudget {
    fileprivate init(_ configuration: BudgetConfiguration) {
        self.init(burst: configuration.burst, perSecond: configuration.rate)
    }
}
