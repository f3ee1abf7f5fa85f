/// Finds the affinity cookie in a `Cookie` field, and writes the `Set-Cookie` field that sets it (RFC 6265).
public enum CookieField {
    /// The range of the value of the first cookie of that name in the value of a `Cookie` field, without
    /// its quotes; nil if there is none.
    ///
    /// - Parameters:
    ///   - name: the name of the cookie, compared byte by byte.
    ///   - field: the value of the field.
    /// - Returns: a range of positions in `field`.
    public static func value(of name: Span<UInt8>, in field: Span<UInt8>) -> Range<Int>? {
        var start = 0
        while start < field.count {
            var end = start
            while end < field.count, field[end] != UInt8(ascii: ";") { end += 1 }
            let pair = trimmed(start..<end, in: field)
            if let value = value(of: name, inPair: pair, of: field) { return value }
            start = end + 1
        }
        return nil
    }

    /// How many bytes ``append(name:value:isSecure:to:)`` writes at most.
    public static func maximumBytes(nameBytes: Int) -> Int {
        nameBytes + 1 + CookieSeal.maximumTextBytes + attributes.utf8CodeUnitCount
            + secureAttribute.utf8CodeUnitCount
    }

    /// Appends the value of a `Set-Cookie` field: for the whole host, out of reach of scripts, sent along
    /// with links from other sites.
    ///
    /// - Parameters:
    ///   - name: the name of the cookie.
    ///   - cookie: what it carries.
    ///   - seal: the seal of its value.
    ///   - isSecure: whether it is for HTTPS only, which names with the prefix `__Host-` demand.
    ///   - output: room for ``maximumBytes(nameBytes:)``.
    /// - Throws: ``AffinityError/noRoom``; then nothing was written.
    public static func append(
        name: Span<UInt8>, _ cookie: AffinityCookie, sealedBy seal: CookieSeal, isSecure: Bool,
        to output: inout OutputSpan<UInt8>
    ) throws(AffinityError) {
        guard output.freeCapacity >= maximumBytes(nameBytes: name.count) else { throw .noRoom }
        for index in name.indices { output.append(name[index]) }
        output.append(UInt8(ascii: "="))
        try seal.write(cookie, into: &output)
        append(attributes, to: &output)
        if isSecure { append(secureAttribute, to: &output) }
    }

    private static let attributes: StaticString = "; Path=/; HttpOnly; SameSite=Lax"
    private static let secureAttribute: StaticString = "; Secure"

    private static func append(_ text: StaticString, to output: inout OutputSpan<UInt8>) {
        text.withUTF8Buffer { buffer in
            for index in 0..<buffer.count { output.append(unsafe buffer[index]) }
        }
    }

    private static func value(of name: Span<UInt8>, inPair pair: Range<Int>, of field: Span<UInt8>) -> Range<
        Int
    >? {
        guard pair.count > name.count, field[pair.lowerBound + name.count] == UInt8(ascii: "=") else {
            return nil
        }
        for index in name.indices where field[pair.lowerBound + index] != name[index] { return nil }
        let value = (pair.lowerBound + name.count + 1)..<pair.upperBound
        let quote = UInt8(ascii: "\"")
        guard value.count >= 2, field[value.lowerBound] == quote, field[value.upperBound - 1] == quote else {
            return value
        }
        return (value.lowerBound + 1)..<(value.upperBound - 1)
    }

    private static func trimmed(_ range: Range<Int>, in field: Span<UInt8>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, isBlank(field[low]) { low += 1 }
        while low < high, isBlank(field[high - 1]) { high -= 1 }
        return low..<high
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
