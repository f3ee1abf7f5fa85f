/// A range of addresses in CIDR form, `10.0.0.0/8` or `2001:db8::/32`; a bare address is a range of one.
@frozen
public struct IPPrefix: Hashable, Sendable, CustomStringConvertible {
    /// The first address of the range: bits beyond the length are zero.
    public let address: IPAddress
    /// How many leading bits count: 0...32 for IPv4, 0...128 for IPv6.
    public let length: Int

    /// The range of `length` leading bits around `address`; nil if the length doesn't fit the family.
    public init?(_ address: IPAddress, length: Int) {
        guard length >= 0, length <= (address.isIPv4 ? 32 : 128) else { return nil }
        self.address = address.masked(to: length)
        self.length = length
    }

    /// Reads `address/length` or a bare address; nil for anything else. IPv4 written within IPv6
    /// (`::ffff:10.0.0.0/104`) becomes the IPv4 range.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        guard parts.count == 2 else {
            self.init(address, length: address.isIPv4 ? 32 : 128)
            return
        }
        guard parts[1].utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let length = Int(parts[1]) else {
            return nil
        }
        let isMapped = address.isIPv4 && first.utf8.contains(UInt8(ascii: ":"))
        self.init(address, length: isMapped ? length - 96 : length)
    }

    /// Whether `candidate` lies within the range; an address of the other family never does.
    public func contains(_ candidate: IPAddress) -> Bool {
        candidate.isIPv4 == address.isIPv4 && candidate.masked(to: length) == address
    }

    /// The CIDR form.
    public var description: String { "\(address)/\(length)" }
}

extension IPAddress {
    /// This address with all but its first `length` bits cleared. `length` is clamped to the family's bits.
    public func masked(to length: Int) -> IPAddress {
        if isIPv4 {
            let kept = UInt32.leadingOnes(length)
            return IPAddress(v4: UInt32(truncatingIfNeeded: low) & kept)
        }
        return IPAddress(
            high: high & UInt64.leadingOnes(length), low: low & UInt64.leadingOnes(length - 64), isIPv4: false
        )
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// A mask whose first `count` bits are set; `count` is clamped to 0...bitWidth.
    fileprivate static func leadingOnes(_ count: Int) -> Self {
        if count <= 0 { return 0 }
        return count >= bitWidth ? .max : ~(.max >> Self(count))
    }
}
