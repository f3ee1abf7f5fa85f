public import Platform

/// An address of a network interface.
public struct LinkAddress: Hashable, Sendable {
    /// The number of the link.
    public var link: UInt32
    /// The address.
    public var address: IPAddress
    /// How many leading bits its network has.
    public var prefixLength: Int
    /// Whether somebody else has it is not known yet (RFC 4862 section 5.4): nothing may come from it.
    public var isTentative: Bool
    /// Somebody else has it.
    public var hasFailed: Bool

    /// An address from its parts.
    public init(
        link: UInt32, address: IPAddress, prefixLength: Int, isTentative: Bool = false,
        hasFailed: Bool = false
    ) {
        self.link = link
        self.address = address
        self.prefixLength = prefixLength
        self.isTentative = isTentative
        self.hasFailed = hasFailed
    }

    /// Whether packets may come from it.
    public var isUsable: Bool { !isTentative && !hasFailed }

    /// Its network.
    public var network: IPPrefix? { IPPrefix(address, length: prefixLength) }
}

extension IPAddress {
    /// Leads back to this machine: 127.0.0.0/8, ::1.
    var isLoopback: Bool {
        isIPv4 ? low >> 24 == 127 : high == 0 && low == 1
    }

    /// Reaches no further than its link: 169.254.0.0/16, fe80::/10.
    var isLinkLocal: Bool {
        isIPv4 ? low >> 16 == 0xa9fe : high >> 54 == 0x3fa
    }

    /// Stands for all addresses: 0.0.0.0, ::.
    var isUnspecified: Bool { high == 0 && low == 0 }
}
