/// Numbers in the byte order of this machine, as netlink has them; nil beyond the end.
extension Span<UInt8> {
    func native16(at offset: Int) -> UInt16? {
        guard offset >= 0, offset <= count - 2 else { return nil }
        return UInt16(littleEndian: UInt16(self[offset]) | UInt16(self[offset + 1]) << 8)
    }

    func native32(at offset: Int) -> UInt32? {
        guard let low = native16(at: offset), let high = native16(at: offset + 2) else { return nil }
        #if _endian(little)
            return UInt32(low) | UInt32(high) << 16
        #else
            return UInt32(high) | UInt32(low) << 16
        #endif
    }

    /// A number of eight bytes in the network's order.
    func network64(at offset: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in offset..<offset + 8 { value = value << 8 | UInt64(self[index]) }
        return value
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(native number: Number) {
        for index in 0..<Number.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: number.littleEndian >> Number(index * 8)))
        }
    }
}
