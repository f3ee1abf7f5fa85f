/// A set of positions of instances in their service, 0..<1024, without an allocation.
public struct InstanceSet: Sendable {
    /// Positions are less than this.
    public static let capacity = 1024

    private var words = InlineArray<16, UInt64>(repeating: 0)

    /// The empty set.
    public init() {}

    /// Whether the set has a position; never one that is out of range.
    public func contains(_ position: Int) -> Bool {
        guard position >= 0, position < Self.capacity else { return false }
        return words[position >> 6] & (1 << UInt64(position & 63)) != 0
    }

    /// Puts a position in; one that is out of range is ignored.
    public mutating func insert(_ position: Int) {
        guard position >= 0, position < Self.capacity else { return }
        words[position >> 6] |= 1 << UInt64(position & 63)
    }

    /// How many positions the set has.
    public var count: Int {
        var sum = 0
        for index in words.indices { sum += words[index].nonzeroBitCount }
        return sum
    }

    /// Whether the set has no position.
    public var isEmpty: Bool {
        for index in words.indices where words[index] != 0 { return false }
        return true
    }
}
