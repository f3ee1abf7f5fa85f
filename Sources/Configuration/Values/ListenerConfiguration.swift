public import Platform

/// One place where clients come in.
public struct ListenerConfiguration: Sendable, Equatable {
    /// What is spoken on a listener.
    public enum Mode: String, Sendable, CaseIterable {
        /// HTTP within TLS, which ends here.
        case terminate
        /// HTTP without TLS.
        case plain
    }

    /// The socket: an IP address with a port, a UNIX socket, an inherited descriptor or one of systemd's.
    public var address: EndpointAddress
    /// What is spoken.
    public var mode: Mode = .terminate
    /// How many connections the kernel keeps for us before they are accepted.
    public var backlog = 4096
    /// How many connections may be open, over all workers.
    public var connections = 50_000
    /// How many connections one source address may have open; 0: any number.
    public var connectionsPerSource = 0
    /// The permissions of a UNIX socket; nil: what the umask leaves.
    public var permissions: UInt32?
    /// Who must begin with a PROXY protocol header; empty: the protocol is off. Other sources are refused
    /// if the list is not empty.
    public var proxyProtocolSources: [IPPrefix] = []
    /// Whose `Forwarded`, `X-Forwarded-*` and `X-Request-Id` are kept.
    public var trustedProxies: [IPPrefix] = []
    /// If set, every request is answered with a redirect to HTTPS. Only for plain listeners.
    public var redirect: RedirectConfiguration?

    /// A listener of defaults.
    public init(address: EndpointAddress) {
        self.address = address
    }
}
