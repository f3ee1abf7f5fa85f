/// A name of up to 24 bytes in three words, letters in lower case: two names are compared without a loop.
///
/// The words overlap: the first eight bytes, the eight from the ninth on, and the last eight. With the length
/// they determine the name. Folding sets bit 5 of each byte; it maps no byte that a token may hold, nor any
/// visible one, onto a letter, digit or hyphen that it was not before, so names that consist of those compare
/// exactly.
@frozen
public struct FoldedName: Equatable, Sendable {
    @usableFromInline let count: Int
    @usableFromInline let first: UInt64
    @usableFromInline let middle: UInt64
    @usableFromInline let last: UInt64

    /// The longest name that can be told from others, in bytes.
    public static let maximumBytes = 24

    /// The name in `bytes`. An empty one and one of more than 24 bytes equal no other name.
    @inlinable
    public init(_ bytes: Span<UInt8>) {
        unsafe self.init(bytes.bytes, count: bytes.count)
    }

    /// The name in a literal of 1 to 24 bytes. The compiler turns it into constants.
    @inlinable
    @inline(__always)
    public init(_ literal: StaticString) {
        let start = unsafe UnsafeRawPointer(literal.utf8Start)
        let bytes = unsafe RawSpan(_unsafeStart: start, byteCount: literal.utf8CodeUnitCount)
        unsafe self.init(bytes, count: literal.utf8CodeUnitCount)
    }

    /// - Safety: `bytes` holds at least `count` bytes; every load below stays within them.
    @unsafe
    @inlinable
    @inline(__always)
    init(_ bytes: RawSpan, count: Int) {
        let fold: UInt64 = 0x2020_2020_2020_2020
        self.count = count
        switch count {
        case 8...Self.maximumBytes:
            first = unsafe fold | bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt64.self)
            last =
                unsafe fold | bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: count &- 8, as: UInt64.self)
            middle =
                count > 16
                ? unsafe fold | bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 8, as: UInt64.self) : 0
        case 4...7:
            let low = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt32.self)
            let high = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: count &- 4, as: UInt32.self)
            first = fold | UInt64(low) | UInt64(high) &<< 32
            middle = 0
            last = 0
        case 1...3:
            let low = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt8.self)
            let center = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: count / 2, as: UInt8.self)
            let high = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: count &- 1, as: UInt8.self)
            first = fold | UInt64(low) | UInt64(center) &<< 8 | UInt64(high) &<< 16
            middle = 0
            last = 0
        default:
            first = 0
            middle = 0
            last = 0
        }
    }
}
