/// Sessions as a client keeps them (DER, as OpenSSL writes `SSL_SESSION`).
enum Session {
    /// A session of TLS 1.3 whose ticket was sealed by the key with this name.
    static func sealed(by key: UInt8) -> [UInt8] {
        let ticket = [UInt8](repeating: key, count: 16) + [UInt8](repeating: 0, count: 80)
        let body =
            field(0x02, [1]) + field(0x02, [3, 4]) + field(0x04, [0x13, 0x01]) + field(0x04, [])
            + field(0x04, [UInt8](repeating: 9, count: 48)) + field(0xaa, field(0x04, ticket))
        return [0x30, 0x81, UInt8(body.count)] + body
    }

    private static func field(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag, UInt8(content.count)] + content
    }
}
