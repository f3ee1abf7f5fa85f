internal import HTTP

/// A host with or without a port, as `Host` and absolute-form targets carry it (RFC 9110 section 7.2).
///
/// Stricter than RFC 3986: no user information, no escapes, no sub-delimiters, no empty labels; an IPv6
/// address in brackets consists of hexadecimal digits, colons and dots.
struct Authority {
    /// The host, an IPv6 address with its brackets.
    let host: Extent
    /// The port, where one is given.
    let port: UInt16?

    /// Reads the authority at `extent` of `bytes`; nil if it is malformed or empty.
    init?(_ extent: Extent, in bytes: Span<UInt8>) {
        let start = Int(extent.start)
        guard extent.count > 0, extent.count <= 261, extent.end <= bytes.count else { return nil }
        let end =
            bytes[start] == Byte.openBracket
            ? Self.addressEnd(bytes, from: start, to: extent.end)
            : Self.nameEnd(bytes, from: start, to: extent.end)
        guard let end else { return nil }
        host = Extent(from: start, to: end)
        guard end < extent.end else {
            port = nil
            return
        }
        guard bytes[end] == Byte.colon else { return nil }
        var value: UInt32 = 0
        guard extent.end &- end <= 6 else { return nil }
        for index in (end + 1)..<extent.end {
            guard let digit = Byte.digit(bytes[index]) else { return nil }
            value = value &* 10 &+ UInt32(digit)
        }
        guard value <= UInt32(UInt16.max) else { return nil }
        port = end &+ 1 < extent.end ? UInt16(value) : nil
    }

    /// Where the name that begins at `start` ends; nil if it is no name.
    private static func nameEnd(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var classes: CharacterClass = []
        let index = ByteScan.firstOutside(.host, in: bytes, from: start, to: end, seen: &classes)
        guard index > start, index &- start <= 255 else { return nil }
        var last = Byte.dot
        for position in start..<index {
            let byte = bytes[position]
            guard byte != Byte.dot || last != Byte.dot else { return nil }
            last = byte
        }
        return index
    }

    /// Where the bracketed address that begins at `start` ends, after its bracket; nil if it is no address.
    private static func addressEnd(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var index = start &+ 1
        var colons = 0
        while index < end {
            switch bytes[index] {
            case Byte.closeBracket:
                let count = index &- start &- 1
                return colons >= 2 && colons <= 8 && count <= 45 ? index &+ 1 : nil
            case Byte.colon: colons &+= 1
            case Byte.dot, 0x30...0x39, 0x41...0x46, 0x61...0x66: break
            default: return nil
            }
            index &+= 1
        }
        return nil
    }
}
