public import Platform

/// Where a client goes.
public struct ClientTarget: Sendable {
    /// The gateway's address.
    public var address: SocketAddress
    /// The name that is asked for and verified.
    public var serverName: String
    /// The file of the authorities that are trusted, PEM; nil: nothing is verified.
    public var authorities: String?
    /// Where clients come from; nil: as the system has it.
    public var source: SocketAddress?

    /// A gateway on this machine, with the development names.
    public init(
        _ address: SocketAddress, serverName: String = "limpet.test", authorities: String? = nil,
        source: SocketAddress? = nil
    ) {
        self.address = address
        self.serverName = serverName
        self.authorities = authorities
        self.source = source
    }
}
