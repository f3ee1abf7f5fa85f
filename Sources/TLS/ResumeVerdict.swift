/// Whether a ticket's session is resumed.
public enum ResumeVerdict: Hashable, Sendable {
    /// It is, and the ticket is renewed.
    case resume
    /// It is not: a full handshake follows, and a new ticket is made.
    case refuse
}
