internal import Configuration

/// Which requests of a route may turn their connection into a tunnel.
struct TunnelRules: Sendable {
    /// The protocols of `Upgrade`, in lower case.
    let upgrades: [[UInt8]]
    /// Whether CONNECT goes to the service.
    let allowsConnect: Bool

    /// The rules of a route.
    init(_ route: RouteConfiguration) {
        upgrades = route.upgrades.map { Array($0.utf8) }
        allowsConnect = route.allowsConnect
    }

    /// Whether WebSocket is among the protocols.
    var allowsWebSocket: Bool { upgrades.contains(Self.webSocket) }

    /// Its name (RFC 6455 section 11.2).
    static let webSocket = Array("websocket".utf8)
}
