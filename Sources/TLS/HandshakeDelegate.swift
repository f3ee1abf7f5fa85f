/// Who decides within handshakes: chooses the virtual host, reads and writes the association data, keeps the
/// sessions of the stateful kinds.
///
/// All calls come on the connection's own thread, from inside ``TLSConnection/handshake()``; those that make a
/// TLS 1.3 ticket from inside the ``TLSConnection/write(_:)`` that follows ``TLSConnection/issueTicket()``.
/// A delegate must not read, write or close the connection in a call.
///
/// What is read from a session before the handshake is over is authenticated by our own key, but the client has
/// not yet proved that it owns the session (the binder of RFC 8446, section 4.2.11.2, or the Finished message):
/// good for routing, never for identity.
public protocol HandshakeDelegate: AnyObject {
    /// Chooses the virtual host, before anything else of the handshake is done.
    ///
    /// - Parameters:
    ///   - serverName: the name of the `server_name` extension in lower case, 1...255 bytes without NUL; nil if
    ///     the client sent none.
    ///   - connection: the connection.
    /// - Returns: the virtual host, or the refusal of the name.
    func selectContext(serverName: Span<UInt8>?, for connection: TLSConnection) -> ContextChoice

    /// How long the session that is now being made may be resumed, in seconds; clamped to 1 second...7 days
    /// (RFC 8446, section 4.6.1), and for sealed tickets to what is left of the ticket key's life.
    func ticketLifetime(for connection: TLSConnection) -> UInt32

    /// Writes the association data for a ticket that is now being sealed: a TLS 1.2 ticket inside the handshake,
    /// a stateless TLS 1.3 ticket after ``TLSConnection/issueTicket()``. On a resumed connection the old data is
    /// replaced, by nothing if nothing is written.
    ///
    /// - Parameters:
    ///   - connection: the connection.
    ///   - output: room for ``TLSConnection/applicationDataBytes`` bytes.
    func writeApplicationData(for connection: TLSConnection, into output: inout OutputSpan<UInt8>)

    /// Judges a ticket that one of our keys has opened; where ``Resumption`` forbids its kind, for its data alone. Called once for each such ticket of the client's hello
    /// (TLS 1.3 clients may offer several) until one is to be resumed; the last call counts.
    ///
    /// - Parameters:
    ///   - applicationData: the association data of the ticket; empty if it has none.
    ///   - connection: the connection.
    /// - Returns: whether the session is resumed.
    func judge(applicationData: Span<UInt8>, for connection: TLSConnection) -> ResumeVerdict

    /// Keeps a session of a stateful kind, with the association that the delegate knows for the connection.
    ///
    /// - Parameters:
    ///   - sessionID: the key, 32 bytes.
    ///   - session: the session in DER: secret, for the cache only.
    ///   - lifetime: seconds that the session may be resumed.
    ///   - connection: the connection.
    func store(sessionID: Span<UInt8>, session: Span<UInt8>, lifetime: UInt32, for connection: TLSConnection)

    /// Looks up a session of a stateful kind and judges its association, for its data alone where ``Resumption`` forbids
    /// the kind. The ID is the client's choice, of
    /// 1...32 bytes: unknown ones are usual (TLS 1.2 clients invent them), to be counted and not logged.
    func load(sessionID: Span<UInt8>, for connection: TLSConnection) -> SessionLookup
}
