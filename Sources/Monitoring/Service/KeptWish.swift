public import Balancing

/// A wish of an operator that is kept for the gateway that comes after this one.
public struct KeptWish: Hashable, Sendable {
    /// The identity of the instance.
    public let instance: String
    /// What is wanted.
    public let wish: AdministrativeWish
    /// What the configuration said when it was wanted. If it says something else now, that is newer, and counts.
    public let configured: AdministrativeState

    /// A wish from its parts.
    public init(instance: String, wish: AdministrativeWish, configured: AdministrativeState) {
        self.instance = instance
        self.wish = wish
        self.configured = configured
    }
}
