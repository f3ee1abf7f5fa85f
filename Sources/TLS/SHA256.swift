internal import COpenSSL

/// SHA-256 (FIPS 180-4) of bytes that are all there.
public enum SHA256 {
    /// The digest of `bytes`.
    public static func hash(_ bytes: Span<UInt8>) -> Digest {
        var digest = Digest()
        var span = digest.storage.mutableSpan
        let isDone = unsafe bytes.withUnsafeBytes { input in
            unsafe span.withUnsafeMutableBufferPointer { output in
                unsafe EVP_Digest(
                    input.baseAddress, input.count, output.baseAddress, nil, Algorithms.sha256, nil)
            }
        }
        // Hashing memory cannot fail but for want of memory, and a wrong digest must never pass for one.
        precondition(isDone == 1, "OpenSSL cannot compute SHA-256")
        return digest
    }
}
