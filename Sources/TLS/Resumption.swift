/// Which sessions a virtual host offers to resume; the same meaning in TLS 1.2 and 1.3. Sessions of the other kinds, from
/// before, are still read, for what the delegate makes of their data.
public enum Resumption: UInt8, Hashable, Sendable, CaseIterable {
    /// None: every handshake is a full one.
    case off
    /// Tickets that carry the sealed session; nothing is kept on this side.
    case stateless
    /// Sessions kept on this side: session IDs in TLS 1.2, tickets that are only a key in TLS 1.3.
    case stateful
    /// The client decides: stateful for one that could use the `session_ticket` extension (RFC 5077) and does
    /// not offer it, stateless for every other one. Tickets of both kinds are accepted.
    case both

    /// Whether sealed tickets are made and accepted.
    public var allowsStateless: Bool { self == .stateless || self == .both }
    /// Whether sessions are kept and looked up.
    public var allowsStateful: Bool { self == .stateful || self == .both }
}
