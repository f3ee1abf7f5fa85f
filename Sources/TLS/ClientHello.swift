/// What the server reads from the extensions of a client's hello before OpenSSL does: pure functions over the
/// bytes of one extension each.
enum ClientHello {
    /// The bytes do not follow the extension's syntax: the handshake ends with `decode_error`.
    struct Malformed: Error {}

    /// The longest host name (RFC 1035, section 2.3.4).
    static let hostNameLimit = 255

    /// Where the host name stands in the `server_name` extension (RFC 6066, section 3).
    ///
    /// One name of the type `host_name` is the only content that is in use, and the only one accepted: not empty,
    /// no NUL, nothing behind it.
    static func hostName(in bytes: Span<UInt8>) throws(Malformed) -> Range<Int> {
        guard bytes.count >= 5, word(bytes, 0) == bytes.count - 2, bytes[2] == 0 else { throw Malformed() }
        let length = word(bytes, 3)
        guard (1...hostNameLimit).contains(length), length == bytes.count - 5 else { throw Malformed() }
        for index in 5..<bytes.count where bytes[index] == 0 { throw Malformed() }
        return 5..<bytes.count
    }

    /// Whether TLS 1.3 is offered, and whether anything older is (RFC 8446, section 4.2.1).
    static func versions(in bytes: Span<UInt8>) throws(Malformed) -> (offers13: Bool, offersOlder: Bool) {
        guard bytes.count >= 3, Int(bytes[0]) == bytes.count - 1, bytes.count % 2 == 1 else {
            throw Malformed()
        }
        var offers = (offers13: false, offersOlder: false)
        var index = 1
        while index + 1 < bytes.count {
            let version = word(bytes, index)
            if version == 0x0304 { offers.offers13 = true }
            if (0x0301...0x0303).contains(version) { offers.offersOlder = true }
            index += 2
        }
        return offers
    }

    /// The length of the first ticket of the `pre_shared_key` extension (RFC 8446, section 4.2.11).
    static func firstTicketBytes(in bytes: Span<UInt8>) throws(Malformed) -> Int {
        guard bytes.count >= 4, word(bytes, 0) <= bytes.count - 2 else { throw Malformed() }
        let length = word(bytes, 2)
        guard length >= 1, length + 6 <= word(bytes, 0) else { throw Malformed() }
        return length
    }

    private static func word(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        Int(bytes[index]) << 8 | Int(bytes[index + 1])
    }
}
