internal import HTTP
internal import TLS

/// The nonce of a WebSocket handshake, and what the service answers to it (RFC 6455 section 4.2.2).
enum WebSocketKey {
    /// What a service that has understood the handshake says to `key`.
    static func acceptance(of key: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(key.count + identifier.count)
        for index in key.indices { text.append(key[index]) }
        text += identifier
        let digest = SHA1.hash(text.span)
        return base64(digest.span)
    }

    /// A nonce of 128 random bits.
    static func make(_ high: UInt64, _ low: UInt64) -> [UInt8] {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<8 {
            bytes[index] = UInt8(truncatingIfNeeded: high &>> UInt64(56 &- index &* 8))
            bytes[index &+ 8] = UInt8(truncatingIfNeeded: low &>> UInt64(56 &- index &* 8))
        }
        return base64(bytes.span)
    }

    /// RFC 4648 section 4, with its padding.
    private static func base64(_ bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var group: UInt32 = 0
            for index in 0..<3 {
                group = group << 8 | (index < count ? UInt32(bytes[start + index]) : 0)
            }
            for index in 0..<4 {
                let digit = Int(group >> UInt32(18 - 6 * index) & 63)
                text.append(index <= count ? digits[digit] : UInt8(ascii: "="))
            }
        }
        return text
    }

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let identifier = Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
}
