/// The TLS sessions that one worker may resume with an instance, the newest last. A ticket of TLS 1.3 is best used once
/// (RFC 8446 appendix C.4): so there are several, and only the last one is used again.
final class UpstreamSessions {
    /// The most that are kept.
    private static let limit = 8

    private var kept: [[UInt8]] = []

    /// The session for the next connection; nil if there is none.
    func next() -> [UInt8]? {
        kept.count > 1 ? kept.removeLast() : kept.last
    }

    /// Adds a session; the oldest makes room.
    func keep(_ session: [UInt8]) {
        if kept.count == Self.limit { kept.removeFirst() }
        kept.append(session)
    }

    /// Forgets all: they were made under other conditions.
    func forget() {
        kept.removeAll()
    }
}
