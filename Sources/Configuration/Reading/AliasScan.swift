/// Looks for texts whose aliases could grow into more than the text itself.
enum AliasScan {
    /// So many aliases make a tree at most 3^4 times as large as the text.
    private static let harmlessAliases = 12

    /// Where the first anchor stands if there is one, and more than a harmless number of aliases with it; else nil.
    ///
    /// It sees what looks like an anchor or alias (`&name`, `*name` behind white space or punctuation) in comments
    /// and quotes too. That is why a few are let through: ``Document`` sees exactly what they are.
    static func dangerousAnchor(in text: String) -> SourcePosition? {
        var position = SourcePosition.start
        var firstAnchor: SourcePosition?
        var aliases = 0
        var previous: UInt8 = newline
        var indicator: (byte: UInt8, position: SourcePosition)?
        for byte in text.utf8 {
            if let found = indicator, isNameByte(byte) {
                if found.byte == UInt8(ascii: "&") {
                    firstAnchor = firstAnchor ?? found.position
                } else {
                    aliases += 1
                }
            }
            let isIndicator = (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*")) && canPrecede(previous)
            indicator = isIndicator ? (byte, position) : nil
            previous = byte
            if byte == newline {
                position = SourcePosition(line: position.line + 1, column: 1)
            } else if byte & 0xc0 != 0x80 {
                position.column += 1
            }
        }
        return aliases > harmlessAliases ? firstAnchor : nil
    }

    private static let newline = UInt8(ascii: "\n")

    /// Whether a byte may belong to the name of an anchor, in the library's eyes.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// Whether an anchor or alias can begin behind that byte: anything but a letter or digit, to be sure.
    private static func canPrecede(_ byte: UInt8) -> Bool {
        !isNameByte(byte)
    }
}
