internal import HTTP
internal import Runtime

/// Takes one cookie out of a `Cookie` line.
enum CookieRemoval {
    /// Whether a cookie called `name` is in the value at `extent`.
    static func applies(_ extent: Extent, _ bytes: Span<UInt8>, name: Span<UInt8>) -> Bool {
        var pairs = CookiePairs(extent)
        while let pair = pairs.next(in: bytes) {
            if ByteScan.equal(pair.name.bytes(in: bytes), name) { return true }
        }
        return false
    }

    /// Appends the line without the cookies called `name`; nothing if no other is left.
    static func write(
        _ line: FieldLine, _ bytes: Span<UInt8>, without name: Span<UInt8>, into buffer: ByteBuffer
    ) {
        var pairs = CookiePairs(line.value)
        var isFirst = true
        while let pair = pairs.next(in: bytes) {
            if ByteScan.equal(pair.name.bytes(in: bytes), name) { continue }
            if isFirst {
                buffer.append(line.name.bytes(in: bytes))
                buffer.append(": ")
            } else {
                buffer.append("; ")
            }
            buffer.append(pair.whole.bytes(in: bytes))
            isFirst = false
        }
        if !isFirst { buffer.append("\r\n") }
    }
}
