internal import HTTP
public import Runtime

/// Makes a response's head say that its content may have, or has, another coding than the service gave it.
public enum RecodedHead {
    /// Appends `head` to `buffer` with `Vary`, and, if the content has a coding, with its name, a weak entity tag, and no
    /// offer of ranges: these are of the content as the service has it.
    /// - Parameters:
    ///   - head: as `ResponseForwarding` has written it.
    ///   - coding: its name; empty: the content stays as it is.
    ///   - buffer: where the new head goes.
    public static func write(_ head: Span<UInt8>, coding: StaticString, into buffer: ByteBuffer) {
        let isCoded = coding.utf8CodeUnitCount > 0
        var lines = HeadLines(after: head)
        buffer.append(head.extracting(first: lines.offset))
        var varies = false
        var start = lines.offset
        while let (name, value) = lines.next(in: head) {
            let line = head.extracting(start..<lines.offset)
            start = lines.offset
            switch FoldedName(name.bytes(in: head)) {
            case FoldedName("etag") where isCoded:
                writeWeakTag(value.bytes(in: head), into: buffer)
                continue
            case FoldedName("accept-ranges") where isCoded:
                continue
            case FoldedName("vary"):
                if variesAlready(value, head) { varies = true }
            default: break
            }
            buffer.append(line)
        }
        if isCoded {
            buffer.append("Content-Encoding: ")
            buffer.append(coding)
            buffer.append("\r\n")
        }
        if !varies { buffer.append("Vary: Accept-Encoding\r\n") }
        buffer.append("\r\n")
        buffer.append(head.extracting(lines.offset...))
    }

    /// RFC 9110 section 8.8.3.
    private static func writeWeakTag(_ tag: Span<UInt8>, into buffer: ByteBuffer) {
        buffer.append("ETag: ")
        if tag.count < 2 || tag[0] != UInt8(ascii: "W") || tag[1] != Byte.slash { buffer.append("W/") }
        buffer.append(tag)
        buffer.append("\r\n")
    }

    private static func variesAlready(_ value: Extent, _ head: Span<UInt8>) -> Bool {
        var names = ListElements(value)
        while let name = names.next(in: head) {
            let text = name.bytes(in: head)
            if text.count == 1, text[0] == Byte.asterisk { return true }
            if FoldedName(text) == FoldedName("accept-encoding") { return true }
        }
        return false
    }
}
