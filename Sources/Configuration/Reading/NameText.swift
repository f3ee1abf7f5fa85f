internal import Platform

/// The alphabets of names.
enum NameText {
    /// Whether a byte is an ASCII letter or digit.
    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: false
        }
    }

    /// Whether a text is 1 to 63 letters, digits, dots, hyphens and underscores.
    static func isName(_ text: Substring) -> Bool {
        (1...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2e || $0 == 0x2d || $0 == 0x5f }
    }

    /// Whether a text is a token (RFC 9110 section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        let marks = Array("!#$%&'*+-.^_`|~".utf8)
        return !text.isEmpty && text.utf8.allSatisfy { isLetterOrDigit($0) || marks.contains($0) }
    }

    /// Whether a text is a DNS host name: labels of letters, digits, hyphens (not at their ends) and underscores, the
    /// last one not of digits alone (RFC 1123 section 2.1). A dot at the end is allowed.
    static func isHostName(_ text: Substring) -> Bool {
        let name = text.hasSuffix(".") ? text.dropLast() : text
        guard !name.isEmpty, name.utf8.count <= 253 else { return false }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last, !Digits.isDecimal(last) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2d || $0 == 0x5f }
        }
    }

    /// Whether a text can name a variable of the environment: letters, digits and underscores, no digit in front.
    static func isVariable(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128, !(0x30...0x39).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x5f }
    }

    /// Whether a text is an IPv4 or IPv6 address, without brackets.
    static func isAddress(_ text: String) -> Bool {
        address(text) != nil
    }

    /// The IP address that a text is; nil for anything else.
    static func address(_ text: String) -> IPAddress? {
        // inet_pton(3) stops at a NUL.
        text.utf8.contains(0) ? nil : IPAddress(text)
    }
}
