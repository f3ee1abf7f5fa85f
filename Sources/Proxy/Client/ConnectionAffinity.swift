internal import Affinity
internal import TLS

/// What ties a connection to an owner, and what has been told to the client about it.
struct ConnectionAffinity {
    /// Nil until the handshake, or the first request, has brought association data or minted a lineage.
    var association: Association?
    /// Whether the association was minted on this connection: then other association data may still count.
    var isFresh = false
    /// The virtual host that the client asked for.
    var virtualHost: VirtualHost?
    /// The generation of the association that the last ticket of this connection carried; nil before the first.
    var ticketGeneration: UInt32?
    /// The generation that the last cookie carried that was sent over this connection; nil before the first.
    var cookieGeneration: UInt32?

    /// Whether a ticket or session that carries the present lineage has been given to the client.
    func hasTicketLeft(_ tls: TLSConnection?) -> Bool {
        ticketGeneration != nil || tls?.version == .tls12
    }
}
