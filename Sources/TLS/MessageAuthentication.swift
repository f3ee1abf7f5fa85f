internal import COpenSSL

/// HMAC-SHA-256 (RFC 2104) with one key. Thread-confined: each worker has its own, of the same key.
@safe
public final class MessageAuthentication {
    /// The shortest tag that ``verify(_:of:)`` accepts, in bytes.
    public static let tagBytesMinimum = 16

    private let context: OpaquePointer

    /// An authenticator with this key.
    public init(key: AuthenticationKey) throws(TLSError) {
        guard let method = unsafe Algorithms.hmac, let context = unsafe EVP_MAC_CTX_new(method) else {
            throw .unavailable(what: "HMAC", cause: ErrorQueue.takeSentence())
        }
        unsafe self.context = context
        guard unsafe key.prepare(context) else {
            throw .unavailable(what: "HMAC-SHA-256", cause: ErrorQueue.takeSentence())
        }
    }

    deinit {
        unsafe EVP_MAC_CTX_free(context)
    }

    /// The tag of `message`.
    public func sign(_ message: Span<UInt8>) -> Digest {
        var digest = Digest()
        var span = digest.storage.mutableSpan
        let isDone = unsafe message.withUnsafeBufferPointer { input in
            unsafe span.withUnsafeMutableBufferPointer { output in
                // Without a key the context starts anew with the one that it has.
                unsafe EVP_MAC_init(context, nil, 0, nil) == 1
                    && EVP_MAC_update(context, input.baseAddress, input.count) == 1
                    && EVP_MAC_final(context, output.baseAddress, nil, output.count) == 1
            }
        }
        // A tag of nothing but zeros must never leave, nor be compared with.
        precondition(isDone, "OpenSSL cannot compute HMAC-SHA-256")
        return digest
    }

    /// Whether `tag`, of 16...32 bytes, is the tag of `message` or its beginning; in constant time.
    public func verify(_ tag: Span<UInt8>, of message: Span<UInt8>) -> Bool {
        guard (MessageAuthentication.tagBytesMinimum...Digest.bytes).contains(tag.count) else { return false }
        let expected = sign(message)
        return unsafe expected.span.withUnsafeBytes { expected in
            unsafe tag.withUnsafeBytes {
                unsafe CRYPTO_memcmp($0.baseAddress, expected.baseAddress, $0.count) == 0
            }
        }
    }
}
