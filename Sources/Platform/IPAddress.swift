internal import CLinux

/// An IPv4 or IPv6 address: 128 bits, an IPv4 address in the lowest 32 of them.
@frozen
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The upper 64 bits, most significant byte first; zero for IPv4.
    public var high: UInt64
    /// The lower 64 bits; for IPv4 the 32-bit address.
    public var low: UInt64
    /// Whether it is an IPv4 address.
    public var isIPv4: Bool

    /// An address from its bits.
    @inlinable
    public init(high: UInt64, low: UInt64, isIPv4: Bool) {
        self.high = high
        self.low = low
        self.isIPv4 = isIPv4
    }

    /// An IPv4 address from its 32 bits, most significant byte first (127.0.0.1 is 0x7f000001).
    @inlinable
    public init(v4 bits: UInt32) {
        self.init(high: 0, low: UInt64(bits), isIPv4: true)
    }

    /// Reads the usual notations (inet_pton(3)): `192.0.2.1`, `2001:db8::1`; nil for anything else.
    public init?(_ text: String) {
        // C would read no further than a zero byte, and take what follows it for nothing.
        guard !text.utf8.contains(0) else { return nil }
        var v4 = in_addr()
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            self.init(v4: UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        self.init(v6)
    }

    /// From the kernel's form. An IPv4-mapped address (`::ffff:a.b.c.d`, RFC 4291 section 2.5.5.2) becomes IPv4.
    init(_ v6: in6_addr) {
        var copy = v6
        let (high, low) = unsafe withUnsafeBytes(of: &copy) { bytes in
            unsafe (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        if high == 0, low >> 32 == 0xffff {
            self.init(v4: UInt32(truncatingIfNeeded: low))
        } else {
            self.init(high: high, low: low, isIPv4: false)
        }
    }

    /// The kernel's form of an IPv6 address.
    var v6: in6_addr {
        var value = in6_addr()
        unsafe withUnsafeMutableBytes(of: &value) { bytes in
            unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return value
    }

    /// The usual text form (inet_ntop(3)).
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let capacity = socklen_t(text.count)
        var v4 = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
        var v6 = self.v6
        return unsafe text.withUnsafeMutableBufferPointer { buffer in
            let written =
                if isIPv4 {
                    unsafe inet_ntop(AF_INET, &v4, buffer.baseAddress, capacity)
                } else {
                    unsafe inet_ntop(AF_INET6, &v6, buffer.baseAddress, capacity)
                }
            guard let written = unsafe written else { return "?" }
            return unsafe String(cString: written)
        }
    }
}
