internal import HTTP

/// Which responses may be given a content coding on their way.
public enum RecodableResponse {
    /// Whether the content is of a suitable type and size, stands for a whole representation, has no coding yet, and nobody
    /// forbids it or has signed it.
    /// - Parameters:
    ///   - head: what the parser made of the bytes.
    ///   - bytes: the span that was parsed.
    ///   - types: media types in lower case; one that ends with `/*` stands for all of its kind.
    ///   - minimumBytes: content that is known to be smaller stays as it is.
    ///   - isHead: whether it answers HEAD, and so describes content that it has not.
    /// - Returns: whether it may.
    public static func allows(
        _ head: borrowing ResponseHead, bytes: Span<UInt8>, types: [[UInt8]], minimumBytes: Int,
        isHead: Bool = false
    ) -> Bool {
        let describes = isHead && head.status != 204 && head.status != 304
        guard head.status >= 200, head.status != 206, describes || head.framing.hasBody else { return false }
        if let count = length(of: head, bytes, describes), count < UInt64(max(1, minimumBytes)) {
            return false
        }
        var isSuitable = false
        let lines = head.fields.lines
        for index in lines.indices where lines[index].kind == .other && !lines[index].isDropped {
            let line = lines[index]
            switch FoldedName(line.name.bytes(in: bytes)) {
            case FoldedName("content-type"):
                // Two types are one too many to know.
                guard !isSuitable, isListed(line.value, bytes, types) else { return false }
                isSuitable = true
            case FoldedName("content-encoding"), FoldedName("content-range"), FoldedName("content-md5"),
                FoldedName("digest"), FoldedName("content-digest"), FoldedName("repr-digest"):
                return false
            case FoldedName("cache-control"):
                if forbidsTransformation(line.value, bytes) { return false }
            default: break
            }
        }
        return isSuitable
    }

    /// How long the content is, where that is known.
    private static func length(
        of head: borrowing ResponseHead, _ bytes: Span<UInt8>, _ describes: Bool
    ) -> UInt64? {
        if case .length(let count) = head.framing { return count }
        guard describes, let index = head.fields.firstIndex(of: .contentLength) else { return nil }
        return DecimalNumber.parse(head.fields[index].value.bytes(in: bytes))
    }

    /// Whether a request is for the whole of a representation: ranges are counted in what the service has.
    public static func isForWhole(_ head: borrowing RequestHead, bytes: Span<UInt8>) -> Bool {
        let lines = head.fields.lines
        for index in lines.indices where lines[index].kind == .other {
            if FoldedName(lines[index].name.bytes(in: bytes)) == FoldedName("range") { return false }
        }
        return true
    }

    /// Whether the service gives the client a cookie with it.
    public static func setsCookie(_ head: borrowing ResponseHead) -> Bool {
        head.fields.firstIndex(of: .setCookie) != nil
    }

    private static func isListed(_ value: Extent, _ bytes: Span<UInt8>, _ types: [[UInt8]]) -> Bool {
        var end = ByteScan.first(Byte.semicolon, in: bytes, from: Int(value.start), to: value.end)
        while end > Int(value.start), Byte.isBlank(bytes[end &- 1]) { end &-= 1 }
        let type = bytes.extracting(Int(value.start)..<end)
        for listed in types {
            let isKind = listed.last == Byte.asterisk
            let known = listed.span.extracting(first: isKind ? listed.count - 1 : listed.count)
            guard isKind ? type.count > known.count : type.count == known.count else { continue }
            if ByteScan.equalFolded(type.extracting(first: known.count), known) { return true }
        }
        return false
    }

    private static func forbidsTransformation(_ value: Extent, _ bytes: Span<UInt8>) -> Bool {
        var directives = ListElements(value)
        while let directive = directives.next(in: bytes) {
            if FoldedName(directive.bytes(in: bytes)) == FoldedName("no-transform") { return true }
        }
        return false
    }
}
