/// Which side of a connection a session is.
enum Role {
    /// Requests come.
    case server
    /// Requests leave.
    case client
}
