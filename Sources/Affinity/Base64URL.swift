/// The URL-safe alphabet of RFC 4648, section 5, without padding.
enum Base64URL {
    /// How many characters stand for `count` bytes.
    static func encodedCount(of count: Int) -> Int {
        count / 3 * 4 + [0, 2, 3][count % 3]
    }

    /// Appends the characters for `bytes`; the caller has checked that there is room.
    static func encode(_ bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
        var bits: UInt32 = 0
        var pending = 0
        for index in bytes.indices {
            bits = bits << 8 | UInt32(bytes[index])
            pending += 8
            while pending >= 6 {
                pending -= 6
                output.append(character(UInt8(truncatingIfNeeded: bits >> UInt32(pending)) & 63))
            }
        }
        if pending > 0 {
            output.append(character(UInt8(truncatingIfNeeded: bits << UInt32(6 - pending)) & 63))
        }
    }

    /// Writes the bytes that `text` stands for to the front of `output`.
    ///
    /// - Parameters:
    ///   - text: the characters.
    ///   - output: room for the bytes.
    /// - Returns: how many bytes; nil if `text` has another character, is cut, is not the only form of its
    ///   bytes, or stands for more bytes than there is room for.
    static func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Int? {
        guard text.count % 4 != 1, text.count / 4 * 3 + 2 <= output.count else { return nil }
        var bits: UInt32 = 0
        var pending = 0
        var count = 0
        for index in text.indices {
            guard let value = value(of: text[index]) else { return nil }
            bits = bits << 6 | UInt32(value)
            pending += 6
            if pending >= 8 {
                pending -= 8
                output[count] = UInt8(truncatingIfNeeded: bits >> UInt32(pending))
                count += 1
            }
        }
        // Bits that stand for nothing must be zero, else two texts would be the same bytes.
        guard bits & ((1 << UInt32(pending)) - 1) == 0 else { return nil }
        return count
    }

    private static func character(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: 65 + value
        case 26..<52: 97 + value - 26
        case 52..<62: 48 + value - 52
        case 62: 45
        default: 95
        }
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case 65...90: character - 65
        case 97...122: character - 97 + 26
        case 48...57: character - 48 + 52
        case 45: 62
        case 95: 63
        default: nil
        }
    }
}
