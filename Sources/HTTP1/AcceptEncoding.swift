public import HTTP

/// Which content coding a client would rather have (RFC 9110 section 12.5.3).
public enum AcceptEncoding {
    /// The position of the coding of `offered` that `fields` prefer: of the greatest weight, and of those the first one
    /// offered. Nil if they accept none, or say nothing.
    /// - Parameters:
    ///   - fields: those of a request.
    ///   - bytes: the span that was parsed.
    ///   - offered: names of codings in lower case.
    /// - Returns: a position in `offered`.
    public static func choose(
        _ fields: borrowing FieldTable, bytes: Span<UInt8>, among offered: [StaticString]
    ) -> Int? {
        var best: (position: Int, weight: Int)?
        for position in offered.indices {
            let weight = weight(of: FoldedName(offered[position]), in: fields, bytes)
            if weight > best?.weight ?? 0 { best = (position, weight) }
        }
        return best?.position
    }

    /// The weight of a coding in thousandths; 0: not acceptable. What is said of it by name counts more than `*`.
    private static func weight(
        of name: FoldedName, in fields: borrowing FieldTable, _ bytes: Span<UInt8>
    ) -> Int {
        var named: Int?
        var any: Int?
        let lines = fields.lines
        for index in lines.indices where lines[index].kind == .other && !lines[index].isDropped {
            guard FoldedName(lines[index].name.bytes(in: bytes)) == FoldedName("accept-encoding") else {
                continue
            }
            var elements = ListElements(lines[index].value)
            while let element = elements.next(in: bytes) {
                let (coding, weight) = read(element, bytes)
                let text = coding.bytes(in: bytes)
                if FoldedName(text) == name || FoldedName(text) == alias(of: name) {
                    named = min(named ?? 1000, weight)
                } else if text.count == 1, text[0] == Byte.asterisk {
                    any = min(any ?? 1000, weight)
                }
            }
        }
        return named ?? any ?? 0
    }

    /// What clients of old call gzip (RFC 9110 section 8.4.1.3).
    private static func alias(of name: FoldedName) -> FoldedName {
        name == FoldedName("gzip") ? FoldedName("x-gzip") : name
    }

    /// The coding of an element and its weight; 0 if that makes no sense.
    private static func read(_ element: Extent, _ bytes: Span<UInt8>) -> (coding: Extent, weight: Int) {
        let semicolon = ByteScan.first(
            Byte.semicolon, in: bytes, from: Int(element.start), to: element.end)
        var end = semicolon
        while end > Int(element.start), Byte.isBlank(bytes[end &- 1]) { end &-= 1 }
        let coding = Extent(from: Int(element.start), to: end)
        guard semicolon < element.end else { return (coding, 1000) }
        var start = semicolon &+ 1
        while start < element.end, Byte.isBlank(bytes[start]) { start &+= 1 }
        guard start &+ 2 < element.end, bytes[start] | 0x20 == UInt8(ascii: "q"),
            bytes[start &+ 1] == Byte.equals
        else { return (coding, 0) }
        return (coding, thousandths(bytes.extracting((start &+ 2)..<element.end)))
    }

    /// `0.5` as 500; 0 for what is no weight.
    private static func thousandths(_ text: Span<UInt8>) -> Int {
        guard text.count > 0, text.count <= 5, let whole = Byte.digit(text[0]), whole <= 1 else { return 0 }
        var value = Int(whole) * 1000
        guard text.count > 1 else { return value }
        guard text[1] == Byte.dot else { return 0 }
        var place = 100
        for index in 2..<text.count {
            guard let digit = Byte.digit(text[index]) else { return 0 }
            value += Int(digit) * place
            place /= 10
        }
        return value <= 1000 ? value : 0
    }
}
