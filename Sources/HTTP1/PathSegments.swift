/// Whether a segment of `path` is `.` or `..` (RFC 3986 section 3.3); `path` begins with a slash or is empty.
func hasDotSegment(_ path: Span<UInt8>) -> Bool {
    var index = 0
    while index &+ 1 < path.count {
        if path[index] == Byte.slash, path[index &+ 1] == Byte.dot {
            var end = index &+ 2
            if end < path.count, path[end] == Byte.dot { end &+= 1 }
            if end == path.count || path[end] == Byte.slash { return true }
        }
        index &+= 1
    }
    return false
}
