internal import COpenSSL
internal import Platform

/// The key of message authentication codes, shared by the workers; wiped when the last reference goes.
@safe
public final class AuthenticationKey: Sendable {
    /// How many bytes a generated key has.
    public static let bytes = 32

    // Written in `init` only.
    private nonisolated(unsafe) let material: UnsafeMutablePointer<UInt8>
    private let count: Int

    /// A key from the system's randomness.
    public convenience init() {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        var span = bytes.mutableSpan
        SecureRandom.fill(&span)
        self.init(span.span)
        unsafe span.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    /// A key with these bytes.
    ///
    /// - Parameter bytes: at least 16 for any security; copied.
    public init(_ bytes: Span<UInt8>) {
        count = bytes.count
        unsafe material = .allocate(capacity: max(count, 1))
        for index in bytes.indices { unsafe material[index] = bytes[index] }
    }

    deinit {
        unsafe OPENSSL_cleanse(material, count)
        unsafe material.deallocate()
    }

    /// Keys `context` for HMAC-SHA-256.
    func prepare(_ context: OpaquePointer) -> Bool {
        unsafe limpet_mac_init_sha256(context, material, count) == 1
    }
}
