/// What can be written to the end of a buffer.
extension ByteBuffer {
    /// Appends the bytes of `bytes`.
    @inlinable
    public func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    /// Appends the bytes of `bytes`.
    @inlinable
    public func append(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        unsafe UnsafeMutableRawPointer(storage + end).copyMemory(from: base, byteCount: bytes.count)
        end &+= bytes.count
    }

    /// Appends a text known at compile time: where it is called, its length is a constant, and so the copy is a few moves.
    @inlinable
    @inline(__always)
    public func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        reserve(count)
        unsafe UnsafeMutableRawPointer(storage + end).copyMemory(from: text.utf8Start, byteCount: count)
        end &+= count
    }

    /// Appends the bytes of an array.
    @inlinable
    public func append(_ bytes: [UInt8]) {
        append(bytes.span)
    }

    /// Appends one byte.
    @inlinable
    public func append(byte: UInt8) {
        reserve(1)
        unsafe storage[end] = byte
        end &+= 1
    }

    /// Appends a number in decimal digits.
    public func append(decimal value: UInt64) {
        guard value >= 10 else { return append(byte: 0x30 | UInt8(truncatingIfNeeded: value)) }
        reserve(20)
        end &+= Self.decimalDigits(of: value)
        var index = end
        var rest = value
        while rest >= 100 {
            index &-= 2
            write(twoDigits: rest % 100, at: index)
            rest /= 100
        }
        if rest >= 10 {
            write(twoDigits: rest, at: index &- 2)
        } else {
            unsafe storage[index &- 1] = 0x30 | UInt8(truncatingIfNeeded: rest)
        }
    }

    /// Appends the last three decimal digits of a number, with their zeros.
    public func append(threeDecimals value: UInt64) {
        reserve(3)
        unsafe storage[end] = 0x30 | UInt8(truncatingIfNeeded: value / 100 % 10)
        write(twoDigits: value % 100, at: end &+ 1)
        end &+= 3
    }

    @inline(__always)
    private func write(twoDigits value: UInt64, at index: Int) {
        unsafe storage[index] = 0x30 | UInt8(truncatingIfNeeded: value / 10)
        unsafe storage[index &+ 1] = 0x30 | UInt8(truncatingIfNeeded: value % 10)
    }

    /// How many digits a number from 10 has: by its bits, of which 1233 of 4096 make a digit, and one comparison.
    private static func decimalDigits(of value: UInt64) -> Int {
        let atLeast = ((64 &- value.leadingZeroBitCount) &* 1233) &>> 12
        return value < powersOfTen[atLeast] ? atLeast : atLeast &+ 1
    }

    private static let powersOfTen: InlineArray<20, UInt64> = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
        10_000_000_000_000_000_000,
    ]

    /// Appends a number in decimal digits; a negative one counts as zero.
    public func append(decimal value: Int) {
        append(decimal: UInt64(clamping: value))
    }

    /// Appends a number in lower-case hexadecimal digits, padded with zeros to `width` digits (at most 16).
    public func append(hexadecimal value: UInt64, width: Int = 1) {
        reserve(16)
        let significant = (64 &- value.leadingZeroBitCount &+ 3) / 4
        let digits = max(1, min(16, max(width, significant)))
        // The digits that are not wanted are written, too, and then forgotten: the wanted ones come to the front.
        let shifted = value &<< UInt64(truncatingIfNeeded: (16 &- digits) &* 4)
        let high = Self.hexadecimalDigits(UInt32(truncatingIfNeeded: shifted &>> 32))
        let low = Self.hexadecimalDigits(UInt32(truncatingIfNeeded: shifted))
        let place = unsafe UnsafeMutableRawPointer(storage + end)
        unsafe place.storeBytes(of: high, as: UInt64.self)
        unsafe place.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
        end &+= digits
    }

    /// The eight digits of a number, the first one lowest: each nibble is given a byte, and then all become digits at once.
    private static func hexadecimalDigits(_ value: UInt32) -> UInt64 {
        var nibbles = UInt64(value.byteSwapped)
        nibbles = (nibbles | nibbles &<< 16) & 0x0000_ffff_0000_ffff
        nibbles = (nibbles | nibbles &<< 8) & 0x00ff_00ff_00ff_00ff
        nibbles = (nibbles &>> 4 | nibbles &<< 8) & 0x0f0f_0f0f_0f0f_0f0f
        let letters = (nibbles &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return (nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).littleEndian
    }
}
