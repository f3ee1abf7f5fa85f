internal import Runtime

/// Writes text within JSON quotes (RFC 8259 section 7). Bytes beyond ASCII become escapes, whatever they were meant to be, so
/// that a line is always valid.
enum JSONText {
    static func write(_ text: Span<UInt8>, into buffer: ByteBuffer) {
        buffer.reserve(text.count)
        var start = 0
        for index in text.indices {
            let byte = text[index]
            if byte >= 0x20, byte < 0x7f, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { continue }
            buffer.append(text.extracting(start..<index))
            start = index + 1
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                buffer.append(byte: UInt8(ascii: "\\"))
                buffer.append(byte: byte)
            } else {
                buffer.append("\\u00")
                buffer.append(hexadecimal: UInt64(byte), width: 2)
            }
        }
        buffer.append(text.extracting(start...))
    }
}
