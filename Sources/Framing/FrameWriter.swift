/// Puts the parts of a frame one behind the other.
public struct FrameWriter {
    /// The longest text, in bytes of UTF-8.
    public static let textBytes = 255

    /// What was added.
    public private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    public init() {}

    /// Adds a byte.
    public mutating func add(_ value: UInt8) {
        bytes.append(value)
    }

    /// Adds a number, its highest byte first.
    public mutating func add<Number: FixedWidthInteger>(_ value: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Adds a text behind its length, cut between two characters if it is longer than `limit` bytes, at most `textBytes`.
    public mutating func add(_ text: String, limit: Int = textBytes) {
        var kept = text[...]
        while kept.utf8.count > min(limit, Self.textBytes) { kept.removeLast() }
        bytes.append(UInt8(kept.utf8.count))
        bytes += kept.utf8
    }
}
