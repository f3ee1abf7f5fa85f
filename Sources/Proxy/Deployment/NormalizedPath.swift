internal import Runtime

/// Writes a path as a service will understand it, so that no escape and no dot segment gets past a route: escapes are
/// decoded, `.` and `..` are resolved (RFC 3986 sections 5.2.4 and 6.2.2). Only routes are found with it; the service gets what
/// the client wrote.
enum NormalizedPath {
    /// Appends the normalized form of `path`. False if it can't have a meaning: a broken escape, NUL, or a climb above
    /// the root.
    static func write(_ path: Span<UInt8>, into buffer: ByteBuffer) -> Bool {
        buffer.reserve(path.count + 1)
        var index = 0
        while index < path.count {
            var byte = path[index]
            index += 1
            if byte == UInt8(ascii: "%") {
                guard index + 1 < path.count, let high = digit(path[index]), let low = digit(path[index + 1]) else {
                    return false
                }
                byte = high << 4 | low
                index += 2
            }
            guard byte != 0 else { return false }
            if byte == UInt8(ascii: "/"), !closeSegment(buffer) { return false }
            buffer.append(byte: byte)
        }
        let length = buffer.count
        guard closeSegment(buffer) else { return false }
        // `/a/.` and `/a/..` mean folders.
        if buffer.count < length { buffer.append(byte: UInt8(ascii: "/")) }
        return true
    }

    /// Resolves the last segment if it is a dot segment; false if it climbs above the root.
    private static func closeSegment(_ buffer: ByteBuffer) -> Bool {
        let bytes = buffer.readable
        var start = bytes.count
        while start > 0, bytes[start - 1] != UInt8(ascii: "/") { start -= 1 }
        let segment = bytes.extracting(start...)
        guard segment.count == 1 || segment.count == 2, start > 0 else { return true }
        for index in segment.indices where segment[index] != UInt8(ascii: ".") { return true }
        var end = start - 1
        if segment.count == 2 {
            guard end > 0 else { return false }
            repeat { end -= 1 } while end > 0 && bytes[end] != UInt8(ascii: "/")
        }
        buffer.truncate(to: end)
        return true
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
