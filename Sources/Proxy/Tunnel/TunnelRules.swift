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
}
