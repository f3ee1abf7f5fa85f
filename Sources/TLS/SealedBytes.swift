internal import COpenSSL
public import Platform

/// Secrets that are kept outside of the process: AES-256-GCM (NIST SP 800-38D) with a new nonce each time.
public enum SealedBytes {
    private static let nonceBytes = 12
    private static let tagBytes = 16

    /// Seals `plain` under a key of 32 bytes; `context` must be the same when it is opened. Nil if OpenSSL has no memory.
    public static func seal(_ plain: Span<UInt8>, under key: Digest, context: Span<UInt8>) -> [UInt8]? {
        guard let cipher = unsafe EVP_CIPHER_CTX_new(), let method = unsafe Algorithms.aes256GCM else {
            return nil
        }
        defer { unsafe EVP_CIPHER_CTX_free(cipher) }
        var sealed = [UInt8](repeating: 0, count: nonceBytes + plain.count + tagBytes)
        var length: Int32 = 0
        let isDone = unsafe sealed.withUnsafeMutableBufferPointer { target in
            guard let start = target.baseAddress else { return false }
            return unsafe key.span.withUnsafeBufferPointer { key in
                unsafe plain.withUnsafeBufferPointer { plain in
                    unsafe context.withUnsafeBufferPointer { context in
                        unsafe RAND_bytes(start, Int32(nonceBytes)) == 1
                            && EVP_EncryptInit_ex2(cipher, method, key.baseAddress, start, nil) == 1
                            && EVP_EncryptUpdate(
                                cipher, nil, &length, context.baseAddress, Int32(context.count)) == 1
                            && EVP_EncryptUpdate(
                                cipher, start + nonceBytes, &length, plain.baseAddress, Int32(plain.count))
                                == 1
                            && EVP_EncryptFinal_ex(cipher, start + nonceBytes + plain.count, &length) == 1
                            && EVP_CIPHER_CTX_ctrl(
                                cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes),
                                start + nonceBytes + plain.count) == 1
                    }
                }
            }
        }
        return isDone ? sealed : nil
    }

    /// Opens what `seal` made; nil if it was sealed under another key or context, or has been altered.
    public static func open(_ sealed: Span<UInt8>, under key: Digest, context: Span<UInt8>) -> SecretBytes? {
        let count = sealed.count - nonceBytes - tagBytes
        guard count >= 0, let cipher = unsafe EVP_CIPHER_CTX_new(), let method = unsafe Algorithms.aes256GCM
        else { return nil }
        defer { unsafe EVP_CIPHER_CTX_free(cipher) }
        var plain = [UInt8](repeating: 0, count: count)
        var tag = [UInt8](repeating: 0, count: tagBytes)
        for index in 0..<tagBytes { tag[index] = sealed[nonceBytes + count + index] }
        defer { unsafe plain.withUnsafeMutableBytes { unsafe SecretBytes.wipe($0) } }
        var length: Int32 = 0
        let isDone = unsafe plain.withUnsafeMutableBufferPointer { plain in
            unsafe sealed.withUnsafeBufferPointer { sealed in
                guard let start = sealed.baseAddress else { return false }
                return unsafe key.span.withUnsafeBufferPointer { key in
                    unsafe context.withUnsafeBufferPointer { context in
                        unsafe EVP_DecryptInit_ex2(cipher, method, key.baseAddress, start, nil) == 1
                            && EVP_DecryptUpdate(
                                cipher, nil, &length, context.baseAddress, Int32(context.count)) == 1
                            && EVP_DecryptUpdate(
                                cipher, plain.baseAddress, &length, start + nonceBytes, Int32(count)) == 1
                            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1
                            && EVP_DecryptFinal_ex(cipher, plain.baseAddress, &length) == 1
                    }
                }
            }
        }
        // A wrong key is nothing that a later call should find in the queue.
        if !isDone { ErrorQueue.clear() }
        return isDone ? SecretBytes(copying: plain.span) : nil
    }
}
