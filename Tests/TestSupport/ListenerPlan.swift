internal import Glibc

/// The sockets behind the listeners of a configuration.
struct ListenerPlan {
    /// The number of the first inherited descriptor in the gateway.
    private static let firstInherited = 3

    /// What the configuration says, listener by listener.
    var addresses: [String] = []
    /// Where clients connect to.
    private(set) var endpoints: [Endpoint] = []
    /// What the gateway inherits, in order, from descriptor 3 on.
    private(set) var inherited: [Socket] = []
    /// Bound but not listening: they keep a port for the gateway.
    private(set) var reserved: [Socket] = []

    init(_ listeners: [GatewayConfiguration.Listener]) throws {
        for listener in listeners {
            switch listener.origin {
            case .inherited(let endpoint):
                let socket = try Socket.listening(on: endpoint)
                addresses.append("fd:\(Self.firstInherited + inherited.count)")
                endpoints.append(endpoint.with(port: socket.port))
                inherited.append(socket)
            case .opened(let endpoint):
                let socket = try Self.reserve(endpoint)
                let known = endpoint.with(port: socket?.port ?? 0)
                addresses.append(known.text)
                endpoints.append(known)
                reserved += [socket].compactMap { $0 }
            }
        }
    }

    /// Binds a TCP port so that only another socket with SO_REUSEPORT gets it too.
    private static func reserve(_ endpoint: Endpoint) throws -> Socket? {
        guard endpoint.family != AF_UNIX else { return nil }
        let socket = try Socket.make(endpoint.family)
        try socket.set(SOL_SOCKET, SO_REUSEPORT, 1)
        // The address may come later (IP_FREEBIND).
        if endpoint.family == AF_INET { try socket.set(Int32(IPPROTO_IP), 15, 1) }
        try unsafe endpoint.withAddress { address, size in
            guard unsafe bind(socket.descriptor, address, size) == 0 else {
                throw HarnessError.system("bind", errno)
            }
        }
        return socket
    }
}

extension Endpoint {
    /// The same place with the port that the system chose.
    func with(port: UInt16) -> Endpoint {
        switch self {
        case .ipv4(let address, _): .ipv4(address: address, port: port)
        case .ipv6: .ipv6(port: port)
        case .unix: self
        }
    }
}
