internal import HTTP

/// The elements of a comma-separated list (RFC 9110 section 5.6.1), without the white space around them and
/// without empty ones. Quoted strings get no special treatment: the lists read with it consist of tokens.
struct ListElements {
    private var cursor: Int
    private let end: Int

    /// The list at `extent`.
    init(_ extent: Extent) {
        cursor = Int(extent.start)
        end = extent.end
    }

    /// The next element; nil at the end.
    mutating func next(in bytes: Span<UInt8>) -> Extent? {
        while cursor < end {
            let comma = ByteScan.first(Byte.comma, in: bytes, from: cursor, to: end)
            var first = cursor
            var last = comma
            cursor = comma &+ 1
            while first < last, Byte.isBlank(bytes[first]) { first &+= 1 }
            while last > first, Byte.isBlank(bytes[last &- 1]) { last &-= 1 }
            if first < last { return Extent(from: first, to: last) }
        }
        return nil
    }
}
