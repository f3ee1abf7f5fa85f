internal import COpenSSL

/// What can be told of a session that a client keeps, without the keys of its server.
public struct ClientSession: Hashable, Sendable {
    /// The name of the key that sealed the session's ticket: its first 16 bytes (RFC 5077, section 4). Empty if
    /// the session has no sealed ticket.
    public let ticketKeyName: [UInt8]
    /// How long the server is willing to resume it, in seconds; 0 if it did not say.
    public let lifetimeHint: Int

    /// Reads what ``TLSConnection/takeSession()`` gave; nil if it is no session.
    public init?(_ session: [UInt8]) {
        guard let decoded = unsafe SessionEncoding.decode(session.span) else { return nil }
        defer { unsafe SSL_SESSION_free(decoded) }
        var ticket: UnsafePointer<UInt8>?
        var count = 0
        unsafe SSL_SESSION_get0_ticket(decoded, &ticket, &count)
        let isSealed = count > Int(SSL_MAX_SSL_SESSION_ID_LENGTH)
        ticketKeyName = unsafe isSealed ? Array(UnsafeBufferPointer(start: ticket, count: 16)) : []
        lifetimeHint = Int(unsafe SSL_SESSION_get_ticket_lifetime_hint(decoded))
    }
}
