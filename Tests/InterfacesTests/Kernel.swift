import Platform

@testable import Interfaces

/// Messages as the kernel writes them (netlink(7), rtnetlink(7)), and as it never would.
enum Kernel {
    /// A message with its head.
    static func message(
        _ kind: UInt16, flags: UInt16 = 0, sequence: UInt32 = 0, port: UInt32 = 0, _ body: [UInt8]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(native: UInt32(16 + body.count))
        bytes.append(native: kind)
        bytes.append(native: flags)
        bytes.append(native: sequence)
        bytes.append(native: port)
        return padded(bytes + body)
    }

    /// An attribute with its head; `length` lies if it is given.
    static func attribute(_ kind: UInt16, _ value: [UInt8], length: UInt16? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(native: length ?? UInt16(4 + value.count))
        bytes.append(native: kind)
        return padded(bytes + value)
    }

    /// struct ifinfomsg.
    static func linkHead(index: UInt32 = 2, flags: UInt32 = 0x1_0001, family: UInt8 = 0) -> [UInt8] {
        var bytes: [UInt8] = [family, 0, 1, 0]
        bytes.append(native: index)
        bytes.append(native: flags)
        bytes.append(native: UInt32(0))
        return bytes
    }

    /// struct ifaddrmsg.
    static func addressHead(
        family: UInt8 = 2, prefix: UInt8 = 24, flags: UInt8 = 0, index: UInt32 = 2
    ) -> [UInt8] {
        var bytes: [UInt8] = [family, prefix, flags, 0]
        bytes.append(native: index)
        return bytes
    }

    static func name(_ text: String) -> [UInt8] { attribute(3, Array(text.utf8) + [0]) }

    /// That the link `eth0` is there, with what else the kernel tells.
    static func link(
        index: UInt32 = 2, name: String = "eth0", flags: UInt32 = 0x1_0001, state: UInt8 = 6
    ) -> [UInt8] {
        message(
            16,
            linkHead(index: index, flags: flags) + self.name(name) + attribute(4, [220, 5, 0, 0])
                + attribute(16, [state]) + attribute(0x8000 | 26, attribute(2, [1, 2, 3])))
    }

    /// That an address is there.
    static func address(
        _ text: String, prefix: UInt8 = 24, flags: UInt32 = 0, index: UInt32 = 2, kind: UInt16 = 20
    ) -> [UInt8] {
        guard let address = IPAddress(text) else { return [] }
        var all: [UInt8] = []
        all.append(native: flags)
        return message(
            kind,
            addressHead(
                family: address.isIPv4 ? 2 : 10, prefix: prefix, flags: UInt8(truncatingIfNeeded: flags),
                index: index) + attribute(address.isIPv4 ? 2 : 1, bytes(of: address)) + attribute(8, all))
    }

    /// An address in the network's order.
    static func bytes(of address: IPAddress) -> [UInt8] {
        let words = address.isIPv4 ? [] : [address.high] + [address.low]
        guard !address.isIPv4 else {
            return (0..<4).map { UInt8(truncatingIfNeeded: address.low >> (24 - 8 * UInt64($0))) }
        }
        return words.flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
        }
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }
}

/// The contents of a datagram's messages.
func contents(_ bytes: [UInt8]) throws -> [RouteMessage.Content] {
    try RouteParser.parse(bytes.span).map(\.content)
}

/// An address from its text.
func ip(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else { throw RouteFault.value }
    return address
}
