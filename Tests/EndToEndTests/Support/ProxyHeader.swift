internal import TestSupport

/// Headers of the PROXY protocol, version 2, for IPv4.
enum ProxyHeader {
    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// A header that says that `source` connected to 192.0.2.1:443.
    static func binary(from source: [UInt8], port: UInt16 = 4711, records: [UInt8] = []) -> [UInt8] {
        let addresses = source + [192, 0, 2, 1, UInt8(port >> 8), UInt8(port & 0xFF), 0x01, 0xBB]
        return header(command: 0x21, family: 0x11, addresses + records)
    }

    /// A header that speaks for the proxy itself, as its probes do.
    static var local: [UInt8] { header(command: 0x20, family: 0x00, []) }

    /// A header with a checksum over all of it; `isRight` false spoils it.
    static func checked(from source: [UInt8], isRight: Bool) -> [UInt8] {
        var bytes = binary(from: source, records: [0x03, 0x00, 0x04, 0, 0, 0, 0])
        let sum = checksum(bytes) ^ (isRight ? 0 : 1)
        for (offset, shift) in [24, 16, 8, 0].enumerated() {
            bytes[bytes.count - 4 + offset] = UInt8(truncatingIfNeeded: sum >> UInt32(shift))
        }
        return bytes
    }

    private static func header(command: UInt8, family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
    }

    /// CRC-32C, bit by bit.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        return ~sum
    }
}
