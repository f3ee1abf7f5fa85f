public import Affinity

/// The instance that a request goes to.
public struct Placed: Hashable, Sendable {
    /// The position of the instance in its service.
    public var position: Int
    /// The pin that names it.
    public var pin: Pin
    /// Why the request goes there: what is logged and counted.
    public var reason: Reason
}
