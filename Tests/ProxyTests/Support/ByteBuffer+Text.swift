import Runtime

extension ByteBuffer {
    /// What waits, as text.
    var text: String { String(decoding: copied, as: UTF8.self) }

    /// What `write` writes into an empty buffer, as text.
    static func text(_ write: (ByteBuffer) -> Void) -> String {
        let buffer = ByteBuffer(capacity: 0)
        write(buffer)
        return buffer.text
    }
}

/// The bytes of a span, as text.
func text(_ bytes: Span<UInt8>) -> String {
    String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
}
