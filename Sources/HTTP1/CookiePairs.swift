internal import HTTP

/// The pairs of a `Cookie` value (RFC 6265 section 4.2), found without judging them: services accept more
/// than the grammar.
struct CookiePairs {
    /// One pair, without the white space around it.
    struct Pair {
        let whole: Extent
        let name: Extent
        let value: Extent
    }

    private var cursor: Int
    private let end: Int

    /// The pairs of the value at `extent`.
    init(_ extent: Extent) {
        cursor = Int(extent.start)
        end = extent.end
    }

    /// The next pair; nil at the end.
    mutating func next(in bytes: Span<UInt8>) -> Pair? {
        while cursor < end {
            let semicolon = ByteScan.first(Byte.semicolon, in: bytes, from: cursor, to: end)
            var first = cursor
            var last = semicolon
            cursor = semicolon &+ 1
            while first < last, Byte.isBlank(bytes[first]) { first &+= 1 }
            while last > first, Byte.isBlank(bytes[last &- 1]) { last &-= 1 }
            guard first < last else { continue }
            let equals = ByteScan.first(Byte.equals, in: bytes, from: first, to: last)
            return Pair(
                whole: Extent(from: first, to: last), name: Extent(from: first, to: equals),
                value: Extent(from: equals &+ 1, to: last))
        }
        return nil
    }
}
