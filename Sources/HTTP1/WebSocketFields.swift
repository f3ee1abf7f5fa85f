internal import HTTP

/// The fields of a WebSocket handshake (RFC 6455 section 11.3).
enum WebSocketFields {
    /// Whether `name` is that of the protocol.
    static func isName(_ name: Span<UInt8>) -> Bool {
        FoldedName(name) == FoldedName("websocket")
    }

    /// The value of the field called `name`; nil if there is none, more than one, or one that ends here.
    static func sole(
        _ name: StaticString, of fields: borrowing FieldTable, _ bytes: Span<UInt8>
    ) -> Extent? {
        let wanted = FoldedName(name)
        var found: Extent?
        for index in 0..<fields.count where FoldedName(fields[index].name.bytes(in: bytes)) == wanted {
            guard found == nil, !fields[index].isDropped else { return nil }
            found = fields[index].value
        }
        return found
    }

    /// Whether `key` is 16 bytes in base64: 22 digits and two signs for what is missing. The bits beyond the last byte are
    /// not looked at: nobody decodes it.
    static func isKey(_ key: Span<UInt8>) -> Bool {
        guard key.count == 24, key[22] == equals, key[23] == equals else { return false }
        for index in 0..<22 where !isDigit(key[index]) {
            return false
        }
        return true
    }

    /// Whether `version` is a number of at most three digits; which ones there are is for the service to say.
    static func isVersion(_ version: Span<UInt8>) -> Bool {
        guard version.count > 0, version.count <= 3 else { return false }
        for index in version.indices where Byte.digit(version[index]) == nil {
            return false
        }
        return true
    }

    private static let equals = UInt8(ascii: "=")

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "+"), UInt8(ascii: "/"): true
        default: false
        }
    }
}
