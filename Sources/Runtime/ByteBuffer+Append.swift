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
        reserve(20)
        var digits = 1
        var bound: UInt64 = 10
        while digits < 20, value >= bound {
            digits &+= 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        var rest = value
        var index = end &+ digits
        end = index
        for _ in 0..<digits {
            index &-= 1
            unsafe storage[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Appends a number in decimal digits; a negative one counts as zero.
    public func append(decimal value: Int) {
        append(decimal: UInt64(clamping: value))
    }

    /// Appends a number in lower-case hexadecimal digits, padded with zeros to `width` digits (at most 16).
    public func append(hexadecimal value: UInt64, width: Int = 1) {
        reserve(16)
        let significant = (64 &- value.leadingZeroBitCount &+ 3) / 4
        let digits = max(1, min(16, max(width, significant)))
        for digit in stride(from: digits - 1, through: 0, by: -1) {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(digit &* 4)) & 15
            unsafe storage[end] = nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
            end &+= 1
        }
    }
}
