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
        buffer.append(hexadecimal: high, width: 16)
        buffer.append(hexadecimal: low, width: 16)
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
