/// Whether a segment of `path` is `.` or `..` (RFC 3986 section 3.3); `path` begins with a slash or is empty.
func hasDotSegment(_ path: Span<UInt8>) -> Bool {
    var dot = ByteScan.first(Byte.dot, in: path, from: 0, to: path.count)
    while dot < path.count {
        if dot > 0, path[dot &- 1] == Byte.slash {
            var end = dot &+ 1
            if end < path.count, path[end] == Byte.dot { end &+= 1 }
            if end == path.count || path[end] == Byte.slash { return true }
        }
        dot = ByteScan.first(Byte.dot, in: path, from: dot &+ 1, to: path.count)
    }
    return false
}
