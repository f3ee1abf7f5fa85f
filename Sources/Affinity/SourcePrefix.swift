public import Platform
public import TLS

/// Ties clients to an owner by the prefix of their address: every address of a prefix has the same lineage.
public struct SourcePrefix: Hashable, Sendable {
    /// How many bits of an IPv4 address count, 0...32.
    public let ipv4Bits: Int
    /// How many bits of an IPv6 address count, 0...128.
    public let ipv6Bits: Int

    // The first byte of what is authenticated; cookies have another.
    private static let form: UInt8 = 0x51

    /// Prefixes of these lengths; others are clamped to their range.
    public init(ipv4Bits: Int = 32, ipv6Bits: Int = 64) {
        self.ipv4Bits = min(max(0, ipv4Bits), 32)
        self.ipv6Bits = min(max(0, ipv6Bits), 128)
    }

    /// The lineage of an address: the first half of an authentication code of its prefix, so that nobody
    /// without the key can tell one from the other. The same key gives the same lineage, whichever
    /// appliance and run.
    public func lineage(of address: IPAddress, by authentication: MessageAuthentication) -> Lineage {
        let bits = address.isIPv4 ? ipv4Bits : ipv6Bits
        let prefix = address.masked(to: bits)
        var message = InlineArray<19, UInt8>(repeating: 0)
        message[0] = Self.form
        message[1] = address.isIPv4 ? 4 : 6
        message[2] = UInt8(truncatingIfNeeded: bits)
        for index in 0..<8 {
            message[3 + index] = UInt8(truncatingIfNeeded: prefix.high >> UInt64(56 - 8 * index))
            message[11 + index] = UInt8(truncatingIfNeeded: prefix.low >> UInt64(56 - 8 * index))
        }
        return Lineage(leading: authentication.sign(message.span))
    }
}

extension Lineage {
    /// The first half of a digest.
    init(leading digest: Digest) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<8 {
            high = high << 8 | UInt64(digest.storage[index])
            low = low << 8 | UInt64(digest.storage[index + 8])
        }
        self.init(high: high, low: low)
    }
}
