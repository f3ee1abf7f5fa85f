internal import HTTP

/// Which fields may stand in a trailer section (RFC 9110 section 6.5.1).
enum TrailerRules {
    /// `line`, marked as dropped if a recipient that merges trailers into the head could be misled by it; nil
    /// if it is a framing field, which nobody sends there in good faith.
    static func judge(_ line: FieldLine, _ bytes: Span<UInt8>) -> FieldLine? {
        var line = line
        switch line.kind {
        case .contentLength, .transferEncoding, .host:
            return nil
        case .other:
            if isControl(FoldedName(line.name.bytes(in: bytes))) { line.isDropped = true }
        default:
            line.isDropped = true
        }
        return line
    }

    /// Whether a field of no known kind frames, routes, modifies, authenticates or describes the message.
    private static func isControl(_ name: FoldedName) -> Bool {
        switch name {
        case FoldedName("age"), FoldedName("range"), FoldedName("vary"), FoldedName("pragma"),
            FoldedName("expires"), FoldedName("if-range"), FoldedName("if-match"), FoldedName("warning"),
            FoldedName("retry-after"), FoldedName("content-type"), FoldedName("content-range"),
            FoldedName("cache-control"), FoldedName("if-none-match"), FoldedName("www-authenticate"),
            FoldedName("content-encoding"), FoldedName("if-modified-since"),
            FoldedName("if-unmodified-since"):
            true
        default:
            false
        }
    }
}
