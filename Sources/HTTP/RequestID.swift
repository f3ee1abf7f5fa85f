public import Runtime

/// A request's identity in the logs of all that handle it: 128 random bits, written as 32 hexadecimal digits.
@frozen
public struct RequestID: Hashable, Sendable {
    /// The first 64 bits.
    public var high: UInt64
    /// The last 64 bits.
    public var low: UInt64

    /// An identity from random bits.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Appends the digits.
    public func write(into buffer: ByteBuffer) {
        unsafe buffer.withWritableBytes(minimum: 32) { bytes in
            unsafe bytes.storeBytes(of: Self.digits(high &>> 32).bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: Self.digits(high).bigEndian, toByteOffset: 8, as: UInt64.self)
            unsafe bytes.storeBytes(of: Self.digits(low &>> 32).bigEndian, toByteOffset: 16, as: UInt64.self)
            unsafe bytes.storeBytes(of: Self.digits(low).bigEndian, toByteOffset: 24, as: UInt64.self)
            return 32
        }
    }

    /// The eight digits of the lower half of `value`, the first in the highest byte.
    private static func digits(_ value: UInt64) -> UInt64 {
        var digits = value & 0xffff_ffff
        digits = (digits | digits &<< 16) & 0x0000_ffff_0000_ffff
        digits = (digits | digits &<< 8) & 0x00ff_00ff_00ff_00ff
        digits = (digits | digits &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
        let isLetter = (digits &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
    }

    /// Whether an identity that a trusted peer gave may be kept: 1 to 128 visible characters that need no
    /// quoting anywhere.
    public static func isAcceptable(_ value: Span<UInt8>) -> Bool {
        guard value.count > 0, value.count <= 128 else { return false }
        for index in value.indices {
            switch value[index] {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: continue
            case 0x2b, 0x2d, 0x2e, 0x2f, 0x3a, 0x3d, 0x40, 0x5f, 0x7e: continue  // + - . / : = @ _ ~
            default: return false
            }
        }
        return true
    }
}
