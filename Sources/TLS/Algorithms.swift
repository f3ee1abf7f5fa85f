internal import COpenSSL

/// The algorithms that this module uses, fetched from OpenSSL's providers once: an implicit fetch costs more than
/// the short messages that are worked on.
enum Algorithms {
    // OpenSSL's method objects are immutable and reference-counted with atomics; these are never freed.
    /// SHA-256.
    nonisolated(unsafe) static let sha256: OpaquePointer? = unsafe EVP_MD_fetch(nil, "SHA256", nil)
    /// AES-256-CBC.
    nonisolated(unsafe) static let aes256CBC: OpaquePointer? = unsafe EVP_CIPHER_fetch(
        nil, "AES-256-CBC", nil)
    /// AES-256-GCM.
    nonisolated(unsafe) static let aes256GCM: OpaquePointer? = unsafe EVP_CIPHER_fetch(
        nil, "AES-256-GCM", nil)
    /// HMAC.
    nonisolated(unsafe) static let hmac: OpaquePointer? = unsafe EVP_MAC_fetch(nil, "HMAC", nil)
}
