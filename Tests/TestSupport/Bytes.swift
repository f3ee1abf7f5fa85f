extension [UInt8] {
    /// The bytes of a text in UTF-8.
    public init(_ text: String) {
        self = Array(text.utf8)
    }

    /// The bytes as text for reports: line ends and what cannot be printed are escaped, long runs are cut.
    public var readable: String {
        let shown = prefix(600).map { byte in
            switch byte {
            case 0x0D: "\\r"
            case 0x0A: "\\n"
            case 0x20...0x7E: String(UnicodeScalar(byte))
            default: "\\x" + String(byte, radix: 16)
            }
        }
        return "\"" + shown.joined() + "\"" + (count > 600 ? " … (\(count) bytes)" : "")
    }

    /// The bytes as text, invalid UTF-8 repaired.
    public var text: String {
        String(decoding: self, as: UTF8.self)
    }

    /// Where `needle` begins for the first time.
    public func firstRange(of needle: String, from start: Int = 0) -> Range<Int>? {
        let wanted = Array(needle.utf8)
        guard let first = wanted.first, count >= wanted.count + start else { return nil }
        for index in start...(count - wanted.count) where self[index] == first {
            if self[index..<(index + wanted.count)].elementsEqual(wanted) {
                return index..<(index + wanted.count)
            }
        }
        return nil
    }

    /// Whether `needle` occurs anywhere.
    public func contains(text needle: String) -> Bool {
        firstRange(of: needle) != nil
    }
}
