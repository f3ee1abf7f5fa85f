/// The random 128-bit name of a session family: minted at a full handshake and carried through every renewal,
/// every ticket and every appliance. It is the key of the association table and nothing more: it proves no
/// identity.
///
/// Lineages must be unpredictable (random, or made by a keyed hash): the table takes their bits as they are.
@frozen
public struct Lineage: Hashable, Sendable {
    /// The first eight bytes, most significant byte first.
    public let high: UInt64
    /// The last eight bytes, most significant byte first.
    public let low: UInt64

    /// How many bytes a lineage has in its binary form.
    public static let byteCount = 16

    /// A lineage from its bits.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A lineage from the first sixteen bytes of `bytes`, as of a random source or a keyed hash; nil if there
    /// are fewer.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= Self.byteCount else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<8 {
            high = high << 8 | UInt64(bytes[index])
            low = low << 8 | UInt64(bytes[index + 8])
        }
        self.init(high: high, low: low)
    }

    /// A new lineage from a source of randomness, which must be a secure one.
    public static func minted(using source: inout some RandomNumberGenerator) -> Lineage {
        Lineage(high: source.next(), low: source.next())
    }
}

extension Lineage {
    /// How many characters ``appendHexadecimal(to:)`` writes.
    public static let hexadecimalCount = 32

    /// Appends the 32 lower-case hexadecimal digits that stand for this lineage in logs; nothing if there
    /// is no room for them.
    public func appendHexadecimal(to output: inout OutputSpan<UInt8>) {
        guard output.freeCapacity >= Self.hexadecimalCount else { return }
        Self.appendHexadecimal(high, to: &output)
        Self.appendHexadecimal(low, to: &output)
    }

    private static func appendHexadecimal(_ word: UInt64, to output: inout OutputSpan<UInt8>) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
            output.append(digit < 10 ? 48 + digit : 87 + digit)
        }
    }
}

extension Lineage: CustomStringConvertible {
    /// The 32 lower-case hexadecimal digits of this lineage; not for the way of a request.
    public var description: String {
        let digits = [UInt8](capacity: Self.hexadecimalCount) { appendHexadecimal(to: &$0) }
        return String(decoding: digits, as: UTF8.self)
    }
}
