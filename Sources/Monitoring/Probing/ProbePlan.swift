internal import Configuration
internal import Platform
internal import TLS

/// What the probes of one instance do: made once, used for each of them.
struct ProbePlan {
    /// How an instance is asked.
    enum Question {
        /// A connection is enough.
        case tcp
        /// A TLS handshake is enough.
        case tls
        /// A GET, and one of these statuses.
        case http(request: [UInt8], expect: [ClosedRange<Int>])
    }

    /// How the instance is asked.
    let question: Question
    /// How TLS is spoken, and with whom; nil: it is not.
    let security: (context: ClientContext, names: InstanceNames)?
    /// The port to ask at; nil: the instance's own.
    let port: UInt16?
    /// How long a probe may take.
    let timeout: Duration

    /// The probes of an instance.
    ///
    /// - Parameters:
    ///   - health: how the instances of its service are probed.
    ///   - address: where it is reached, as the operator wrote it: the `Host` of its requests unless another is given.
    ///   - security: TLS as the service has it, which probes have then, too; nil: it has none.
    ///   - tls: the context of TLS probes where the service has none: who answers is not judged.
    init(
        _ health: HealthConfiguration, address: EndpointAddress, security: ServiceSecurity? = nil,
        tls: ClientContext?
    ) {
        var secured = security.map { (context: $0.context, names: $0.names(of: address)) }
        if secured == nil, health.type == .tls, let tls {
            let name = health.host.flatMap(Self.serverName)
            secured = (tls, InstanceNames(expected: nil, server: name))
        }
        self.security = secured
        port = health.port
        timeout = health.timeout
        switch health.type {
        case .http:
            let host = health.host ?? Self.host(of: address, port: health.port)
            question = .http(request: Self.request(path: health.path, host: host), expect: health.expect)
        case .tls, .tcp:
            question = secured == nil ? .tcp : .tls
        }
    }

    /// The address to ask at, for an instance that is reached at `address`.
    func target(for address: SocketAddress) -> SocketAddress {
        guard let port, let ip = address.ip else { return address }
        return .ip(ip, port: port)
    }

    /// `Host` as in RFC 9110 section 7.2; a UNIX socket has none, so it is called localhost.
    private static func host(of address: EndpointAddress, port: UInt16?) -> String {
        switch address {
        case .socket(.ip(let ip, let own)): "\(SocketAddress.ip(ip, port: port ?? own))"
        case .name(let name, let own): "\(name):\(port ?? own)"
        default: "localhost"
        }
    }

    /// The name in a `Host`, without a port; nil for an address, which is no server name (RFC 6066 section 3).
    private static func serverName(in host: String) -> String? {
        guard SocketAddress(host) == nil, IPAddress(host) == nil, !host.hasPrefix("[") else { return nil }
        return host.split(separator: ":").first.map { String($0) }
    }

    private static func request(path: String, host: String) -> [UInt8] {
        let lines = [
            "GET \(path) HTTP/1.1", "Host: \(host)", "User-Agent: limpet-probe", "Accept: */*",
            "Connection: close", "", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
