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
        var text = InlineArray<32, UInt8>(repeating: 0)
        Self.write(high, into: &text, at: 0)
        Self.write(low, into: &text, at: 16)
        buffer.append(text.span)
    }

    /// The sixteen digits of `value`, computed eight at a time.
    private static func write(_ value: UInt64, into text: inout InlineArray<32, UInt8>, at start: Int) {
        for half in 0..<2 {
            // Spread the eight half bytes over the bytes of a word, the last digit in the lowest.
            var digits = half == 0 ? value &>> 32 : value & 0xffff_ffff
            digits = (digits | digits &<< 16) & 0x0000_ffff_0000_ffff
            digits = (digits | digits &<< 8) & 0x00ff_00ff_00ff_00ff
            digits = (digits | digits &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
            let isLetter = (digits &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
            digits = digits &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
            for offset in 0..<8 {
                text[start &+ half &* 8 &+ offset] = UInt8(
                    truncatingIfNeeded: digits &>> UInt64(truncatingIfNeeded: 56 &- 8 &* offset))
            }
        }
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
