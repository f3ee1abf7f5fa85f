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

    /// The canonical form (RFC 5952 section 4): the longest run of zero groups is left out.
    private static func writeIPv6(_ address: IPAddress, into buffer: ByteBuffer) {
        let gap = longestRunOfZeros(address)
        var index = 0
        while index < 8 {
            if gap.count > 1, index == gap.lowerBound {
                buffer.append("::")
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.count < 2 { buffer.append(":") }
            buffer.append(hexadecimal: group(index, of: address))
            index += 1
        }
    }

    private static func group(_ index: Int, of address: IPAddress) -> UInt64 {
        let word = index < 4 ? address.high : address.low
        return word >> UInt64(48 - index % 4 * 16) & 0xffff
    }

    private static func longestRunOfZeros(_ address: IPAddress) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            if group(index, of: address) != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<(index + 1) }
        }
        return longest
    }
}
