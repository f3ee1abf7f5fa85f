/// Whether a session is resumed.
public enum Judgement: Hashable, Sendable {
    /// It is.
    case resume
    /// A full handshake follows, for this reason; the pins are kept.
    case refuse(Reason)
}
