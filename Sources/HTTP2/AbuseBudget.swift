/// How often a peer may do one thing: a number at once, and then so many a second.
@frozen
public struct AbuseBudget: Hashable, Sendable {
    /// How often at once.
    public var burst: UInt32
    /// How often a second in the long run.
    public var perSecond: UInt32

    /// A budget from its numbers.
    @inlinable
    public init(burst: UInt32, perSecond: UInt32) {
        self.burst = burst
        self.perSecond = perSecond
    }
}
