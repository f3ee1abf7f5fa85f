/// How a link works, in the words of RFC 2863 section 6 and of the kernel (IFLA_OPERSTATE).
public enum OperationalState: UInt8, Sendable, CaseIterable {
    /// The driver does not say: the carrier counts.
    case unknown = 0
    /// A part of it is missing, such as a module.
    case notPresent = 1
    /// It carries nothing.
    case down = 2
    /// A link below it is down.
    case lowerLayerDown = 3
    /// It is being tested.
    case testing = 4
    /// It waits for something outside, such as authentication (802.1X).
    case dormant = 5
    /// It carries packets.
    case up = 6
}
