/// The sides of an appliance: whom it speaks with.
public enum Side: String, Sendable, CaseIterable, Hashable {
    /// Where clients come from.
    case client
    /// Where platform services are.
    case service
    /// Where the other appliances are.
    case backplane
}
