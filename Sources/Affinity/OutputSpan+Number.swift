extension OutputSpan where Element == UInt8 {
    /// Appends the lowest `width` bytes of a number, most significant byte first. The caller has checked that
    /// there is room.
    mutating func append(number: UInt64, width: Int) {
        for offset in stride(from: width - 1, through: 0, by: -1) {
            append(UInt8(truncatingIfNeeded: number >> UInt64(offset * 8)))
        }
    }
}
