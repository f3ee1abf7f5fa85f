internal import Configuration
internal import HTTP
internal import Platform

/// What a worker needs of a listener. Its sockets and its count of connections outlive a reload.
final class ListenerSettings: Sendable {
    /// Where every request of a plain listener is sent instead.
    struct Redirect: Sendable {
        let status: Status
        let port: UInt16
    }

    let mode: ListenerConfiguration.Mode
    /// Which versions of HTTP clients may speak; one of them at least.
    let allowsHTTP2: Bool
    let allowsHTTP1: Bool
    let sockets: ListeningSockets
    let quota: ConnectionQuota
    let redirect: Redirect?
    /// The port that clients see, for X-Forwarded-Port; 0 for none.
    let port: UInt16
    private let limit: Int
    private let limitPerSource: Int
    private let proxySources: [IPPrefix]
    private let trustedProxies: [IPPrefix]

    init(_ configuration: ListenerConfiguration, sockets: ListeningSockets, quota: ConnectionQuota) {
        mode = configuration.mode
        allowsHTTP2 = configuration.protocols.contains(.http2)
        allowsHTTP1 = configuration.protocols.contains(.http1)
        self.sockets = sockets
        self.quota = quota
        redirect = configuration.redirect.map { Redirect(status: Status($0), port: $0.port) }
        port = sockets.boundAddress?.port ?? 0
        limit = configuration.connections
        limitPerSource = configuration.connectionsPerSource
        proxySources = configuration.proxyProtocolSources
        trustedProxies = configuration.trustedProxies
    }

    /// The one version that connections do not speak, as TLS names it; empty: they speak both.
    var excludedProtocol: [UInt8] {
        allowsHTTP2 ? allowsHTTP1 ? [] : ApplicationProtocolName.http1 : ApplicationProtocolName.http2
    }

    /// Sets the limits of the count that these settings share with those before them.
    func applyLimits() {
        quota.apply(limit: limit, limitPerSource: limitPerSource)
    }

    /// Whether connections from `peer` begin with a PROXY protocol header.
    func wantsProxyHeader(from peer: SocketAddress) -> Bool {
        Self.lists(peer, in: proxySources)
    }

    /// Whether connections from `peer` are taken at all: where headers are expected, nobody else may connect, lest he
    /// speak for himself.
    func admits(_ peer: SocketAddress) -> Bool {
        proxySources.isEmpty || Self.lists(peer, in: proxySources)
    }

    /// Whether what `peer` says about the client (Forwarded, X-Forwarded-…, X-Request-Id) is believed.
    func trusts(_ peer: SocketAddress) -> Bool {
        Self.lists(peer, in: trustedProxies)
    }

    /// A UNIX socket's peer is on this machine: it is listed wherever anybody is.
    private static func lists(_ peer: SocketAddress, in prefixes: [IPPrefix]) -> Bool {
        guard !prefixes.isEmpty else { return false }
        guard let address = peer.ip else { return true }
        return prefixes.contains { $0.contains(address) }
    }
}

extension Status {
    /// The status of a configured redirect.
    init(_ redirect: RedirectConfiguration) {
        self = redirect.status == 301 ? .movedPermanently : .permanentRedirect
    }
}
