internal import Platform
internal import Runtime

/// Writes IP addresses without making a `String`.
enum AddressText {
    /// Dotted for IPv4, eight groups for IPv6.
    static func write(_ address: IPAddress, into buffer: ByteBuffer) {
        guard address.isIPv4 else { return writeIPv6(address, into: buffer) }
        for shift in stride(from: UInt64(24), through: 0, by: -8) {
            buffer.append(decimal: address.low >> shift & 0xff)
            if shift > 0 { buffer.append(".") }
        }
    }

    private static func writeIPv6(_ address: IPAddress, into buffer: ByteBuffer) {
        for group in 0..<8 {
            let word = group < 4 ? address.high : address.low
            buffer.append(hexadecimal: word >> UInt64(48 - group % 4 * 16) & 0xffff)
            if group < 7 { buffer.append(":") }
        }
    }
}
