/// Something that the gateway promises, and whether the demonstration saw it held.
public struct Promise: Sendable {
    /// The promise.
    public let text: String
    /// Whether it held.
    public let holds: Bool
    /// What was counted.
    public let figures: String
}
