internal import HTTP

/// Which fields may stand in a trailer section (RFC 9110 section 6.5.1).
enum TrailerRules {
    /// The framing fields and Host, which nobody sends there in good faith.
    static let refusedKinds = FieldKinds(
        rawValue: FieldKinds(.contentLength).rawValue | FieldKinds(.transferEncoding).rawValue
            | FieldKinds(.host).rawValue)

    /// Marks the lines by which a recipient that merges trailers into the head could be misled.
    static func dropMisleading(_ trailers: inout FieldTable, _ bytes: Span<UInt8>) {
        for index in 0..<trailers.count {
            let line = trailers[index]
            if line.kind != .other || isControl(FoldedName(line.name.bytes(in: bytes))) {
                trailers.drop(at: index)
            }
        }
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
