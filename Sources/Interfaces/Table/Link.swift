/// A network interface.
public struct Link: Hashable, Sendable {
    /// The kernel's number for it; it stays when the name changes.
    public var index: UInt32
    /// Its name, at most 15 characters.
    public var name: String
    /// An operator wants it to work (IFF_UP).
    public var isAdministrativelyUp: Bool
    /// There is something at the other end of its cable, or what stands for one (IFF_LOWER_UP).
    public var hasCarrier: Bool
    /// How it works.
    public var state: OperationalState
    /// It leads back to this machine.
    public var isLoopback: Bool

    /// A link from its parts.
    public init(
        index: UInt32, name: String, isAdministrativelyUp: Bool = true, hasCarrier: Bool = true,
        state: OperationalState = .up, isLoopback: Bool = false
    ) {
        self.index = index
        self.name = name
        self.isAdministrativelyUp = isAdministrativelyUp
        self.hasCarrier = hasCarrier
        self.state = state
        self.isLoopback = isLoopback
    }

    /// Why it carries nothing, in a word or two; nil if it does.
    public var fault: String? {
        if !isAdministrativelyUp { return "switched off" }
        if !hasCarrier { return "no carrier" }
        switch state {
        case .unknown, .up: return nil
        case .notPresent: return "not present"
        case .down: return "down"
        case .lowerLayerDown: return "the link below is down"
        case .testing: return "testing"
        case .dormant: return "dormant"
        }
    }

    /// Whether it carries packets.
    public var isUsable: Bool { fault == nil }
}
