/// A token of at most eight bytes as one number, to be compared with constants in one instruction.
/// Longer tokens are all the same value, which no constant has.
struct ShortToken: Equatable {
    private let bits: UInt64
    private let count: UInt8

    init(_ bytes: Span<UInt8>) {
        guard bytes.count <= 8 else {
            bits = 0
            count = .max
            return
        }
        var bits: UInt64 = 0
        for index in bytes.indices {
            bits |= UInt64(bytes[index]) &<< UInt64(truncatingIfNeeded: 8 &* index)
        }
        self.bits = bits
        count = UInt8(truncatingIfNeeded: bytes.count)
    }

    /// From a literal of at most eight bytes.
    @inline(__always)
    init(_ literal: StaticString) {
        var bits: UInt64 = 0
        for index in 0..<min(8, literal.utf8CodeUnitCount) {
            let byte = unsafe literal.utf8Start[index]
            bits |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 8 &* index)
        }
        self.bits = bits
        count = UInt8(truncatingIfNeeded: literal.utf8CodeUnitCount)
    }
}
