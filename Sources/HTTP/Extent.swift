/// A range of bytes within a head, by its offset from the head's first byte. Half the size of a `Range<Int>`.
@frozen
public struct Extent: Hashable, Sendable {
    /// Offset of the first byte.
    public var start: UInt32
    /// Number of bytes.
    public var count: UInt32

    /// No bytes at all.
    public static var none: Extent { Extent(start: 0, count: 0) }

    /// An extent from its first byte and its length.
    @inlinable
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    /// The extent from `start` up to, without, `end`; empty if `end` comes first.
    @inlinable
    public init(from start: Int, to end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        count = end > start ? UInt32(truncatingIfNeeded: end &- start) : 0
    }

    /// Whether there is nothing in it.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// Offset after the last byte.
    @inlinable
    public var end: Int { Int(start) &+ Int(count) }

    /// The same as a range of integers.
    @inlinable
    public var range: Range<Int> { Int(start)..<end }

    /// The bytes of `head` that it stands for; `head` is the span that was parsed, or begins with it.
    @inlinable
    @_lifetime(copy head)
    public func bytes(in head: Span<UInt8>) -> Span<UInt8> {
        head.extracting(range)
    }
}
