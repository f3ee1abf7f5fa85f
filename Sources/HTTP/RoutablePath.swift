public import Runtime

/// A request's path as routes are compared with it: without dot segments (RFC 3986 section 5.2.4) and without
/// needless escapes (section 6.2.2.2). So nobody gets `/public/%2e%2e/private` past a route. The service
/// still gets what the client wrote.
public enum RoutablePath {
    /// Appends the path in that form.
    /// - Parameters:
    ///   - path: begins with a slash.
    ///   - buffer: gets the routable path.
    /// - Returns: false if the path could mean several things: it climbs above the root, has a broken escape
    ///   or an escaped NUL, or has dot segments beside escaped slashes. What was appended then is of no use,
    ///   and the request is malformed.
    public static func write(_ path: Span<UInt8>, into buffer: ByteBuffer) -> Bool {
        let start = buffer.count
        var segment = Segment()
        var index = 0
        while index < path.count {
            guard let (byte, length) = unescaped(path, at: index) else { return false }
            index &+= length
            switch byte {
            case 0 where length == 3: return false
            case 0x2f where length == 1:
                segment.end(isEscaped: false)
                guard closeSegment(buffer, start) else { return false }
                buffer.append(byte: byte)
            case 0x2f, 0x5c:
                segment.end(isEscaped: true)
                buffer.append(path.extracting((index &- length)..<index))
            default:
                segment.add(byte)
                if length == 1 || isUnreserved(byte) {
                    buffer.append(byte: byte)
                } else {
                    buffer.append(path.extracting((index &- length)..<index))
                }
            }
        }
        segment.end(isEscaped: false)
        guard closeSegment(buffer, start) else { return false }
        if buffer.count == start { buffer.append(byte: 0x2f) }
        return !(segment.hasDots && segment.hasEscapedSlash)
    }

    /// What a service would find that takes escaped slashes for slashes.
    private struct Segment {
        /// There was a segment of one or two dots.
        private(set) var hasDots = false
        /// There was an escaped slash or backslash.
        private(set) var hasEscapedSlash = false
        private var count = 0
        private var dots = 0

        mutating func add(_ byte: UInt8) {
            count &+= 1
            if byte == 0x2e { dots &+= 1 }
        }

        mutating func end(isEscaped: Bool) {
            if count == dots, count == 1 || count == 2 { hasDots = true }
            if isEscaped { hasEscapedSlash = true }
            count = 0
            dots = 0
        }
    }

    /// Takes a dot segment back that ends where the buffer does; false if it climbs above the root. It leaves
    /// with the slash before it, and `..` takes its parent along.
    private static func closeSegment(_ buffer: ByteBuffer, _ start: Int) -> Bool {
        let bytes = buffer.readable
        guard bytes.count > start, let slash = lastSlash(bytes, before: bytes.count, start) else {
            return true
        }
        let dots = bytes.count &- slash &- 1
        guard dots == 1 || dots == 2, bytes[slash &+ 1] == 0x2e, bytes[bytes.count &- 1] == 0x2e else {
            return true
        }
        if dots == 1 {
            buffer.truncate(to: slash)
            return true
        }
        guard let parent = lastSlash(bytes, before: slash, start) else { return false }
        buffer.truncate(to: parent)
        return true
    }

    private static func lastSlash(_ bytes: Span<UInt8>, before end: Int, _ start: Int) -> Int? {
        var index = end
        while index > start {
            index &-= 1
            if bytes[index] == 0x2f { return index }
        }
        return nil
    }

    /// The byte at `index`, its escape undone, and how many bytes it took; nil if the escape is broken. Left
    /// as it is, a stray percent sign could make a new escape with what others are undone to.
    private static func unescaped(_ path: Span<UInt8>, at index: Int) -> (byte: UInt8, length: Int)? {
        guard path[index] == 0x25 else { return (path[index], 1) }
        guard index &+ 2 < path.count, let high = digit(path[index &+ 1]), let low = digit(path[index &+ 2])
        else {
            return nil
        }
        return (high &<< 4 | low, 3)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x37
        case 0x61...0x66: byte &- 0x57
        default: nil
        }
    }

    /// Whether an escape of `byte` means the same as the byte (RFC 3986 section 2.3).
    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        default: false
        }
    }
}
