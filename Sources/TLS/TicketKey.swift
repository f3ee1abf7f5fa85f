internal import COpenSSL
internal import Platform

/// A key that seals tickets: its name, which tickets bear in clear, an AES-256 key and an HMAC-SHA-256 key.
///
/// The secret bytes live outside of Swift's memory and are wiped when the last reference goes.
@safe
final class TicketKey: Sendable {
    static let nameBytes = 16
    private static let vectorBytes = 16
    private static let secretBytes = 32
    /// Name, encryption key, authentication key.
    static let materialBytes = nameBytes + 2 * secretBytes

    /// When it begins to seal.
    let notBefore: WallTime
    /// From when on it opens nothing more.
    let retirement: WallTime

    // Written in `init` only.
    private nonisolated(unsafe) let material: UnsafeMutablePointer<UInt8>
    // An HMAC context that bears the key, to be copied for each ticket; nobody computes with this one.
    private nonisolated(unsafe) let authentication: OpaquePointer

    /// A key from the system's randomness; nil if OpenSSL has no memory or no randomness.
    convenience init?(notBefore: WallTime, retirement: WallTime) {
        unsafe self.init(notBefore: notBefore, retirement: retirement) { bytes in
            unsafe RAND_priv_bytes(bytes, Int32(TicketKey.materialBytes)) == 1
        }
    }

    /// A key that was kept; nil if OpenSSL has no memory, or `material` is not a key's.
    convenience init?(notBefore: WallTime, retirement: WallTime, material kept: Span<UInt8>) {
        guard kept.count == TicketKey.materialBytes else { return nil }
        unsafe self.init(notBefore: notBefore, retirement: retirement) { bytes in
            for index in kept.indices { unsafe bytes[index] = kept[index] }
            return true
        }
    }

    /// A key whose material `fill` writes; nil if that says so, or OpenSSL has no memory.
    private init?(
        notBefore: WallTime, retirement: WallTime, fill: (UnsafeMutablePointer<UInt8>) -> Bool
    ) {
        guard let memory = unsafe limpet_allocate(TicketKey.materialBytes) else { return nil }
        let bytes = unsafe memory.bindMemory(to: UInt8.self, capacity: TicketKey.materialBytes)
        let secret = unsafe bytes + TicketKey.nameBytes + TicketKey.secretBytes
        guard unsafe fill(bytes),
            let keyed = unsafe limpet_hmac_new(secret, Int32(TicketKey.secretBytes), Algorithms.sha256)
        else {
            unsafe limpet_free_wiped(memory, TicketKey.materialBytes)
            return nil
        }
        unsafe material = bytes
        unsafe authentication = keyed
        self.notBefore = notBefore
        self.retirement = retirement
    }

    /// Adds name and secrets to `bytes`, which the caller wipes.
    func append(to bytes: inout [UInt8]) {
        for index in 0..<TicketKey.materialBytes { unsafe bytes.append(material[index]) }
    }

    deinit {
        unsafe limpet_hmac_free(authentication)
        unsafe limpet_free_wiped(material, TicketKey.materialBytes)
    }

    /// Whether a ticket bears the name of this key.
    ///
    /// - Parameter name: 16 bytes.
    /// - Returns: whether it is this key's.
    func isNamed(_ name: UnsafePointer<UInt8>) -> Bool {
        unsafe CRYPTO_memcmp(name, material, TicketKey.nameBytes) == 0
    }

    /// Calls `body` with the name, of 16 bytes.
    func withName<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe body(material)
    }

    /// Writes the name (16 bytes) and a new initialisation vector (16 bytes), and keys both contexts for sealing.
    func prepareSealing(
        name: UnsafeMutablePointer<UInt8>, vector: UnsafeMutablePointer<UInt8>, cipher: OpaquePointer,
        authentication: OpaquePointer
    ) -> Bool {
        unsafe name.update(from: material, count: TicketKey.nameBytes)
        guard let method = unsafe Algorithms.aes256CBC else { return false }
        // The kernel's bytes: OpenSSL's generator costs several times as much for so few.
        var unpredictable = unsafe MutableSpan(_unsafeStart: vector, count: TicketKey.vectorBytes)
        SecureRandom.fill(&unpredictable)
        return unsafe EVP_EncryptInit_ex2(cipher, method, encryptionKey, vector, nil) == 1
            && limpet_hmac_copy(authentication, self.authentication) == 1
    }

    /// Keys both contexts for opening a ticket with this initialisation vector (16 bytes).
    func prepareOpening(
        vector: UnsafePointer<UInt8>, cipher: OpaquePointer, authentication: OpaquePointer
    ) -> Bool {
        guard let method = unsafe Algorithms.aes256CBC else { return false }
        return unsafe limpet_hmac_copy(authentication, self.authentication) == 1
            && EVP_DecryptInit_ex2(cipher, method, encryptionKey, vector, nil) == 1
    }

    private var encryptionKey: UnsafeMutablePointer<UInt8> {
        unsafe material + TicketKey.nameBytes
    }
}
