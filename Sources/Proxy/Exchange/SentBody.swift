internal import Runtime

/// What has left of a request's body on a stream, as long as the service may still say that it has not looked at it
/// (RFC 9113 section 8.7): then it is sent again.
struct SentBody {
    /// What is kept at most.
    static let limitBytes = 64 << 10

    /// All that has left; nil: nothing has.
    private(set) var content: ByteBuffer?
    /// Whether nothing has left but what is in `content`.
    private(set) var isWhole = true

    /// Notes what leaves.
    mutating func note(_ part: Span<UInt8>, _ buffers: BufferPool) {
        guard isWhole else { return }
        guard (content?.count ?? 0) &+ part.count <= Self.limitBytes else { return drop(buffers) }
        let kept = content ?? buffers.take(capacity: part.count)
        kept.append(part)
        content = kept
    }

    /// Keeps nothing more: what leaves from now on can't be sent again.
    mutating func drop(_ buffers: BufferPool) {
        isWhole = false
        if let content = content.take() { buffers.give(content) }
    }

    /// Begins again with nothing.
    mutating func reset(_ buffers: BufferPool) {
        drop(buffers)
        isWhole = true
    }
}
