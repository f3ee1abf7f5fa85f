internal import COpenSSL

/// SHA-1 (FIPS 180-4), for protocols that ask for it where nothing depends on its strength, such as WebSocket.
public enum SHA1 {
    /// The 20 bytes of the digest of `bytes`.
    public static func hash(_ bytes: Span<UInt8>) -> InlineArray<20, UInt8> {
        var digest = InlineArray<20, UInt8>(repeating: 0)
        var span = digest.mutableSpan
        let isDone = unsafe bytes.withUnsafeBytes { input in
            unsafe span.withUnsafeMutableBufferPointer { output in
                unsafe EVP_Digest(
                    input.baseAddress, input.count, output.baseAddress, nil, EVP_sha1(), nil)
            }
        }
        // Hashing memory cannot fail but for want of memory, and a wrong digest must never pass for one.
        precondition(isDone == 1, "OpenSSL cannot compute SHA-1")
        return digest
    }
}
