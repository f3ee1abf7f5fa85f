public import HTTP
public import Runtime

/// Puts the chunked coding on a body (RFC 9112 section 7.1). A chunk is its size line, its data and its end.
public enum ChunkedEncoding {
    /// Appends the size line of a chunk of `count` bytes; a chunk of none would end the body, so nothing is
    /// written for it.
    public static func writeSize(_ count: Int, into buffer: ByteBuffer) {
        guard count > 0 else { return }
        buffer.append(hexadecimal: UInt64(count))
        buffer.append("\r\n")
    }

    /// Appends what follows a chunk's data.
    public static func writeChunkEnd(into buffer: ByteBuffer) {
        buffer.append("\r\n")
    }

    /// Appends a whole chunk; nothing for empty data.
    public static func writeChunk(_ data: Span<UInt8>, into buffer: ByteBuffer) {
        guard data.count > 0 else { return }
        writeSize(data.count, into: buffer)
        buffer.append(data)
        writeChunkEnd(into: buffer)
    }

    /// Appends the last chunk without trailers.
    public static func writeEnd(into buffer: ByteBuffer) {
        buffer.append("0\r\n\r\n")
    }

    /// Appends the last chunk with those of `trailers` that are not dropped. `bytes` is the span that the
    /// decoder was called with when it returned `.end`.
    public static func writeEnd(
        trailers: borrowing FieldTable, bytes: Span<UInt8>, into buffer: ByteBuffer
    ) {
        buffer.append("0\r\n")
        let lines = trailers.lines
        for index in lines.indices where !lines[index].isDropped {
            buffer.append(lines[index].name.bytes(in: bytes))
            buffer.append(": ")
            buffer.append(lines[index].value.bytes(in: bytes))
            buffer.append("\r\n")
        }
        buffer.append("\r\n")
    }
}
