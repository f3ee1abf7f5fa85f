/// What an operator wants of a platform service; kept apart from its working status.
public enum AdministrativeState: UInt8, CaseIterable, Hashable, Sendable {
    /// It takes new and pinned communications.
    case ready
    /// It takes pinned communications until the drain deadline, and no new ones.
    case draining
    /// It takes nothing.
    case disabled

    /// The word in logs and metrics.
    public var name: StaticString {
        switch self {
        case .ready: "ready"
        case .draining: "draining"
        case .disabled: "disabled"
        }
    }
}
