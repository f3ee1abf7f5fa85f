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

    /// The versions of HTTP.
    public enum ApplicationProtocol: String, Sendable, CaseIterable {
        /// HTTP/2: agreed on within TLS, or without it known to the client beforehand.
        case http2 = "h2"
        /// HTTP/1.1 and HTTP/1.0.
        case http1 = "http/1.1"
    }

    /// The socket: an IP address with a port, a UNIX socket, an inherited descriptor or one of systemd's.
    public var address: EndpointAddress
    /// What is spoken.
    public var mode: Mode = .terminate
    /// Which versions of HTTP clients may speak.
    public var protocols: [ApplicationProtocol] = [.http2, .http1]
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

extension ListenerConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        let context = section.context
        let address = section.required("address", .listener(in: context), placeholder: .descriptor(-1))
        self.init(address: address)
        let passthrough = "'mode: passthrough' is not built yet: use 'terminate' or 'plain'"
        let wanted: Mode? = section.value("mode", .word(unbuilt: ["passthrough": passthrough]))
        mode = wanted ?? .terminate
        section.read("protocols", listOf: .word(), limit: 2, into: &protocols)
        section.read("backlog", .integer(1...65_535), into: &backlog)
        section.read("connections", .integer(1...10_000_000), into: &connections)
        section.read("connections-per-source", .integer(0...10_000_000), into: &connectionsPerSource)
        section.read("permissions", .permissions, into: &permissions)
        section.read("trusted-proxies", listOf: .prefix, into: &trustedProxies)
        var proxyProtocol = ProxyProtocolSources()
        section.read("proxy-protocol", into: &proxyProtocol)
        proxyProtocolSources = proxyProtocol.from
        readRedirect(section)
        validate(section)
        if wanted == .terminate || !section.has("mode") {
            context.terminatingListeners.append(section.position(of: "address"))
        }
        if redirect == nil { context.hasServingListener = true }
    }

    /// `true`, `false` or a section of its own.
    private mutating func readRedirect(_ section: SectionReader) {
        let key = "redirect-to-https"
        if section.isSection(key) {
            section.read(key, into: &redirect)
        } else if section.value(key, .boolean) == true {
            redirect = RedirectConfiguration()
        }
        if redirect != nil, mode != .plain {
            section.context.refuse(
                "'\(key)' needs 'mode: plain': this listener speaks TLS already",
                at: section.position(of: key))
        }
    }

    /// Reports what is wrong only together.
    private func validate(_ section: SectionReader) {
        let context = section.context
        let place = section.position(of: "address")
        if protocols.isEmpty {
            context.refuse("'protocols' names none", at: section.position(of: "protocols"))
        }
        let isUnix: Bool
        if case .socket(.unix) = address { isUnix = true } else { isUnix = false }
        if permissions != nil, !isUnix {
            context.refuse(
                "'permissions' means something only for an address 'unix:PATH'",
                at: section.position(of: "permissions"))
        }
        if address.port != 0, address != .descriptor(-1),
            let earlier = context.claim("listener", address.description, at: place)
        {
            context.refuse("the address \(address) is listened on already at \(earlier)", at: place)
        }
    }
}
