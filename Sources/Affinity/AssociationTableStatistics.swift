/// What an association table holds and has done since it was made.
public struct AssociationTableStatistics: Hashable, Sendable {
    /// The pins that it holds.
    public var pins = 0
    /// The memory held for them, in bytes.
    public var bytes = 0
    /// Pins removed because nobody used them for too long.
    public var expired: UInt64 = 0
    /// Pins removed to make room for others.
    public var evicted: UInt64 = 0
    /// Pins that could not be kept for want of room for their owner.
    public var refused: UInt64 = 0

    /// Nothing.
    public init() {}
}
