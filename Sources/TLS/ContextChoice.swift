/// Which virtual host a client gets.
public enum ContextChoice: Sendable {
    /// This one.
    case use(ServerContext)
    /// None: the handshake ends with the alert `unrecognized_name` (RFC 6066, section 3).
    case refuse
}
