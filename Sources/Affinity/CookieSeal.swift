public import TLS

/// Writes and reads the values of affinity cookies: the cookie's bytes and the first half of their
/// HMAC-SHA-256, in base64url (RFC 4648, section 5) without padding. Thread-confined: each worker has its
/// own, of the same key.
public final class CookieSeal {
    /// How many bytes of the authentication code stand in a cookie.
    static let tagBytes = 16
    /// The longest value, in characters.
    public static let maximumTextBytes = (AffinityCookie.maximumBytes + tagBytes) * 4 / 3 + 1

    private let authentication: MessageAuthentication

    /// A seal of a key.
    ///
    /// - Throws: ``AffinityError/authenticationUnavailable`` if OpenSSL has no HMAC-SHA-256.
    public init(key: AuthenticationKey) throws(AffinityError) {
        do {
            authentication = try MessageAuthentication(key: key)
        } catch {
            throw .authenticationUnavailable
        }
    }

    /// Appends the value of a cookie.
    ///
    /// - Throws: ``AffinityError/noRoom``; then nothing was written.
    public func write(_ cookie: AffinityCookie, into output: inout OutputSpan<UInt8>) throws(AffinityError) {
        let count = cookie.encodedBytes + Self.tagBytes
        guard output.freeCapacity >= Base64URL.encodedCount(of: count) else { throw .noRoom }
        let body = [UInt8](capacity: cookie.encodedBytes) { cookie.encode(into: &$0) }
        let tag = authentication.sign(body.span)
        let sealed = [UInt8](capacity: count) { sealed in
            for byte in body { sealed.append(byte) }
            for index in 0..<Self.tagBytes { sealed.append(tag.storage[index]) }
        }
        Base64URL.encode(sealed.span, into: &output)
    }

    /// Reads the value of a cookie that this seal, or another of the same key, has written. Whatever else
    /// comes is refused, in a time that says nothing about the authentication code.
    public func read(_ text: Span<UInt8>) throws(AffinityError) -> AffinityCookie {
        guard text.count <= Self.maximumTextBytes else { throw .malformedText }
        var storage = InlineArray<192, UInt8>(repeating: 0)
        let count: Int?
        do {
            var span = storage.mutableSpan
            count = Base64URL.decode(text, into: &span)
        }
        guard let count else { throw .malformedText }
        guard count > Self.tagBytes else { throw .truncated }
        let bytes = storage.span.extracting(0..<(count - Self.tagBytes))
        let tag = storage.span.extracting((count - Self.tagBytes)..<count)
        guard authentication.verify(tag, of: bytes) else { throw .notAuthentic }
        return try AffinityCookie(decoding: bytes)
    }
}
