/// What became of the session that a client offered to resume.
public enum ResumptionOffer: UInt8, Hashable, Sendable, CaseIterable {
    /// The client offered none.
    case none
    /// A session ID that the client did not invent, or a stateful ticket, that is not in the cache.
    case unknownSession
    /// A ticket that none of our keys opens: foreign, forgotten, or damaged.
    case unopenedTicket
    /// The session was found, and the delegate refused to resume it.
    case refused
    /// The session was found and let through by the delegate. It may still not be resumed: lifetime over,
    /// made for another virtual host, cipher suite no longer offered.
    case accepted
}
