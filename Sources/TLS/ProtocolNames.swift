/// Names of application protocols as they stand on the wire: each after a byte with its length (RFC 7301).
enum ProtocolNames {
    /// The list for the wire; nil if a name is empty or longer than 255 bytes, or the list exceeds 65535.
    static func encode(_ names: [[UInt8]]) -> [UInt8]? {
        var list: [UInt8] = []
        for name in names {
            guard let length = UInt8(exactly: name.count), length > 0 else { return nil }
            list.append(length)
            list.append(contentsOf: name)
        }
        return list.count <= Int(UInt16.max) ? list : nil
    }

    /// The first of our names that the client's list has: its index, and where it stands in that list. One name may be
    /// left out; empty: none is.
    static func select(
        from list: Span<UInt8>, preferring names: [[UInt8]], except excluded: [UInt8] = []
    ) -> (index: Int, range: Range<Int>)? {
        for (index, name) in names.enumerated() where name != excluded {
            if let range = find(name.span, in: list) { return (index, range) }
        }
        return nil
    }

    private static func find(_ name: Span<UInt8>, in list: Span<UInt8>) -> Range<Int>? {
        var start = 0
        while start < list.count {
            let range = start + 1..<start + 1 + Int(list[start])
            guard range.upperBound <= list.count else { return nil }
            if range.count == name.count, matches(name, list, at: range.lowerBound) { return range }
            start = range.upperBound
        }
        return nil
    }

    private static func matches(_ name: Span<UInt8>, _ list: Span<UInt8>, at offset: Int) -> Bool {
        for index in name.indices where name[index] != list[offset + index] { return false }
        return true
    }
}
