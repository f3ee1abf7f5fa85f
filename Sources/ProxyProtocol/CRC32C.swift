/// The checksum of the PROXY protocol: CRC-32 with Castagnoli's polynomial (RFC 4960 appendix B), reflected.
enum CRC32C {
    /// The remainders of the sixteen values of half a byte.
    private static let table: InlineArray<16, UInt32> = [
        0x0000_0000, 0x105e_c76f, 0x20bd_8ede, 0x30e3_49b1, 0x417b_1dbc, 0x5125_dad3, 0x61c6_9362,
        0x7198_540d,
        0x82f6_3b78, 0x92a8_fc17, 0xa24b_b5a6, 0xb215_72c9, 0xc38d_26c4, 0xd3d3_e1ab, 0xe330_a81a,
        0xf36e_6f75,
    ]

    /// The checksum of `bytes`, those in `zeroed` taken for zeros.
    static func checksum(_ bytes: Span<UInt8>, zeroed: Range<Int>) -> UInt32 {
        var remainder = UInt32.max
        for index in bytes.indices {
            remainder ^= zeroed.contains(index) ? 0 : UInt32(bytes[index])
            remainder = remainder >> 4 ^ table[Int(remainder & 15)]
            remainder = remainder >> 4 ^ table[Int(remainder & 15)]
        }
        return ~remainder
    }
}
