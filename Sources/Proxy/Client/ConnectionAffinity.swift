internal import Affinity
internal import TLS

/// What ties a connection to an owner, and what has been told to the client about it.
struct ConnectionAffinity {
    /// Association data other than the TLS session.
    enum Others {
        case none
        /// What the configuration names before the TLS session: the connection goes on with one.
        case stronger
        /// All: the association was minted on this connection.
        case all
    }

    /// Nil until the handshake, or the first request, has brought association data or minted a lineage.
    var association: Association?
    /// Which other association data may still count, with the first request of the connection.
    var listensTo = Others.none
    /// The virtual host that the client asked for.
    var virtualHost: VirtualHost?
    /// A session was found that is to be resumed; whether it is turns out later in the handshake.
    var expectsResumption = false
    /// A ticket was opened whose data could not be read.
    var wasUnreadable = false
    /// The ID in the session cache of the session that is resumed or, in TLS 1.2, that this connection has made; empty if
    /// there is none.
    var sessionID: [UInt8] = []
    /// The generation of the association that the last ticket of this connection carried, or the session that it has in the
    /// cache; nil before the first.
    var ticketGeneration: UInt32?
    /// The generation that the last cookie carried that was sent over this connection; nil before the first.
    var cookieGeneration: UInt32?

    /// The generation of the association; nil if there is none. Read where it stands: an association is large.
    var generation: UInt32? { association?.generation }

    /// Whether the client has a ticket or session that carries the present lineage.
    func hasTicketLeft(_ tls: TLSConnection?) -> Bool {
        ticketGeneration != nil || tls?.version == .tls12 || tls?.isResumed == true
    }
}
