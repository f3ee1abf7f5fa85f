public import Platform

/// What a proxy in front says about a connection: between whom it really is.
public struct ProxyHeader: Hashable, Sendable {
    /// The client; nil if the proxy does not say.
    public let source: SocketAddress?
    /// What the client connected to; nil if the proxy does not say.
    public let destination: SocketAddress?
    /// Whether the connection is the proxy's own (a health check, say), so that its real ends count.
    public let isLocal: Bool

    /// A header from its parts.
    public init(source: SocketAddress?, destination: SocketAddress?, isLocal: Bool) {
        self.source = source
        self.destination = destination
        self.isLocal = isLocal
    }
}
