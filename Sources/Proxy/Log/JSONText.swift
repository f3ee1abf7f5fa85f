internal import Runtime

/// Writes text within JSON quotes (RFC 8259 section 7). Bytes beyond ASCII become escapes, whatever they were meant to be, so
/// that a line is always valid.
enum JSONText {
    static func write(_ text: Span<UInt8>, into buffer: ByteBuffer) {
        var start = 0
        while start < text.count {
            let end = firstEscaped(in: text, from: start)
            buffer.append(text.extracting(start..<end))
            guard end < text.count else { return }
            escape(text[end], into: buffer)
            start = end + 1
        }
    }

    private static func escape(_ byte: UInt8, into buffer: ByteBuffer) {
        if isQuoteOrBackslash(byte) {
            buffer.append(byte: UInt8(ascii: "\\"))
            buffer.append(byte: byte)
        } else {
            buffer.append("\\u00")
            buffer.append(hexadecimal: UInt64(byte), width: 2)
        }
    }

    private static func isQuoteOrBackslash(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// The first index from `start` on whose byte can't stand for itself; else the end.
    private static func firstEscaped(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= text.count {
            let word = unsafe text.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let hits = escaped(UInt64(littleEndian: word))
            if hits != 0 { return index &+ hits.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < text.count {
            let byte = text[index]
            if byte < 0x20 || byte >= 0x7f || isQuoteOrBackslash(byte) { break }
            index &+= 1
        }
        return index
    }

    /// The top bits of those bytes of `word` that need an escape. Only the lowest set bit can be relied on: a borrow or
    /// carry comes only from a byte that is a hit itself.
    private static func escaped(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ ones &* 0x22
        let backslashes = word ^ ones &* 0x5c
        let beyondText = (word &- ones &* 0x20) | (word &+ ones) | word
        return (beyondText | (quotes &- ones) | (backslashes &- ones)) & (ones &* 0x80)
    }
}
