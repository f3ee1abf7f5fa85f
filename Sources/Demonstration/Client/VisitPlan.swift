public import Platform

/// What a client means to do on one connection.
public struct VisitPlan: Sendable {
    /// Where it connects to.
    public var address: SocketAddress
    /// Where it comes from; nil: as the system has it.
    public var source: SocketAddress?
    /// The name that it asks for, in the handshake and in the requests.
    public var serverName: String
    /// The session that it offers, as `TLSConnection.takeSession()` gave it.
    public var session: [UInt8]?
    /// The paths that it gets, one request after the other; none: a handshake alone.
    public var paths: [String]
    /// For how long the whole visit may last.
    public var patience: Duration

    /// One request for `/`, no session.
    public init(
        address: SocketAddress, serverName: String = "limpet.test", session: [UInt8]? = nil,
        paths: [String] = ["/"], patience: Duration = .seconds(20)
    ) {
        self.address = address
        self.serverName = serverName
        self.session = session
        self.paths = paths
        self.patience = patience
    }
}
