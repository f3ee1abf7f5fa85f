/// A TLS session ID of 32 bytes, the only length that our side issues.
struct SessionID: Hashable, Sendable {
    let words: InlineArray<4, UInt64>

    static let byteCount = 32

    /// The ID from its bytes; nil if they are not 32.
    init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words = InlineArray<4, UInt64>(repeating: 0)
        for index in bytes.indices {
            words[index >> 3] = words[index >> 3] << 8 | UInt64(bytes[index])
        }
        self.words = words
    }

    static func == (left: SessionID, right: SessionID) -> Bool {
        left.words[0] == right.words[0] && left.words[1] == right.words[1]
            && left.words[2] == right.words[2] && left.words[3] == right.words[3]
    }

    func hash(into hasher: inout Hasher) {
        for index in words.indices { hasher.combine(words[index]) }
    }
}
