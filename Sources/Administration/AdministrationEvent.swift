/// What the log should know of an operator's commands.
public enum AdministrationEvent: Hashable, Sendable {
    /// An operator wants something of an instance: a sentence.
    case ordered(String)
    /// What operators want cannot be kept for the time after a restart, or what was kept is of no use: a sentence.
    case notKept(String)
    /// Somebody was refused at the control socket: a sentence.
    case refused(String)
}
