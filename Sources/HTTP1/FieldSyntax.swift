internal import HTTP

/// What may stand in names and values, for fields that come by other ways than lines of text and are to become
/// lines (RFC 9113 section 8.2.1, RFC 9110 section 5).
public enum FieldSyntax {
    /// Whether `bytes` is a token, one byte or more.
    public static func isToken(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count > 0 else { return false }
        var seen: CharacterClass = []
        return ByteScan.firstOutsideToken(in: bytes, from: 0, to: bytes.count, seen: &seen) == bytes.count
    }

    /// Whether `name` is a token without upper-case letters.
    public static func isLowerCaseName(_ name: Span<UInt8>) -> Bool {
        guard isToken(name) else { return false }
        for index in name.indices where name[index] &- 0x41 < 26 {
            return false
        }
        return true
    }

    /// Whether `value` may follow a colon as it is: no control characters but tabs, no white space at its ends.
    public static func isValue(_ value: Span<UInt8>) -> Bool {
        guard value.count > 0 else { return true }
        guard !Byte.isBlank(value[0]), !Byte.isBlank(value[value.count &- 1]) else { return false }
        var index = 0
        while true {
            index = ByteScan.firstControl(in: value, from: index, to: value.count)
            guard index < value.count else { return true }
            guard value[index] == Byte.tab else { return false }
            index &+= 1
        }
    }

    /// Whether `bytes` has neither white space nor control characters, so that it stays one word of a request line.
    public static func isWord(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where bytes[index] <= Byte.space || bytes[index] == 0x7f {
            return false
        }
        return bytes.count > 0
    }

    /// Whether both hold the same bytes but for the case of letters; what stands in a host is compared exactly.
    public static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        ByteScan.equalFolded(left, right)
    }
}
