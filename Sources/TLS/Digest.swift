/// The 32 bytes of a SHA-256 or HMAC-SHA-256.
public struct Digest: Hashable, Sendable {
    /// How many bytes a digest has.
    public static let bytes = 32

    /// The bytes.
    public internal(set) var storage = InlineArray<32, UInt8>(repeating: 0)

    init() {}

    /// The bytes, for as long as the digest lives.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { storage.span }
    }

    /// The first eight bytes, big-endian: a stable hash.
    public var prefix: UInt64 {
        var value: UInt64 = 0
        for index in 0..<8 { value = value << 8 | UInt64(storage[index]) }
        return value
    }

    /// Whether all bytes are equal. Not in constant time: to check a tag use ``MessageAuthentication``.
    public static func == (left: Digest, right: Digest) -> Bool {
        left.storage.indices.allSatisfy { left.storage[$0] == right.storage[$0] }
    }

    /// The digest is its own hash.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(prefix)
    }
}
