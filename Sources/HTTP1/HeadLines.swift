public import HTTP

/// Walks over the field lines of a head or trailer section that was written by this module, so that it can be put
/// into another form. Each line is `name: value` and CRLF.
public struct HeadLines {
    private var cursor: Int

    /// A walk that begins after the first line: the status line, or the last chunk's size.
    public init(after bytes: Span<UInt8>) {
        let end = ByteScan.first(Byte.lineFeed, in: bytes, from: 0, to: bytes.count)
        cursor = min(end &+ 1, bytes.count)
    }

    /// The offset after the last line that was walked over.
    public var offset: Int { cursor }

    /// The next line; nil at the empty line, after which `offset` is where the content begins.
    public mutating func next(in bytes: Span<UInt8>) -> (name: Extent, value: Extent)? {
        let start = cursor
        guard start < bytes.count, bytes[start] != Byte.carriageReturn else {
            cursor = min(start &+ 2, bytes.count)
            return nil
        }
        // The name first: the end of the line is behind it, so that no byte is looked at twice.
        let colon = ByteScan.first(Byte.colon, in: bytes, from: start, to: bytes.count)
        let end = ByteScan.first(Byte.lineFeed, in: bytes, from: colon, to: bytes.count)
        cursor = min(end &+ 1, bytes.count)
        guard end < bytes.count else { return nil }
        var first = colon &+ 1
        var last = end &- 1
        while first < last, Byte.isBlank(bytes[first]) { first &+= 1 }
        while last > first, Byte.isBlank(bytes[last &- 1]) { last &-= 1 }
        return (Extent(from: start, to: colon), Extent(from: first, to: last))
    }
}
