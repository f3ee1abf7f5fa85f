/// The numbers of rtnetlink(7) and netdevice(7) that matter here. They are part of the kernel's interface and never change.
enum RouteNumbers {
    static let headBytes = 16
    static let attributeHeadBytes = 4

    // Kinds of messages.
    static let error: UInt16 = 2
    static let done: UInt16 = 3
    static let overrun: UInt16 = 4
    static let newLink: UInt16 = 16
    static let deleteLink: UInt16 = 17
    static let getLink: UInt16 = 18
    static let newAddress: UInt16 = 20
    static let deleteAddress: UInt16 = 21
    static let getAddress: UInt16 = 22

    // Flags of messages.
    static let interrupted: UInt16 = 0x10
    static let request: UInt16 = 0x1
    static let dump: UInt16 = 0x100 | 0x200

    // Attributes of a link.
    static let linkName: UInt16 = 3
    static let operationalState: UInt16 = 16
    static let extensionMask: UInt16 = 29
    static let skipStatistics: UInt32 = 1 << 3

    // Attributes of an address.
    static let peerAddress: UInt16 = 1
    static let localAddress: UInt16 = 2
    static let addressFlags: UInt16 = 8

    /// What is left of an attribute's kind without its two flags.
    static let attributeKindMask: UInt16 = 0x3fff

    // Families.
    static let unspecified: UInt8 = 0
    static let ipv4: UInt8 = 2
    static let ipv6: UInt8 = 10

    // Flags of a link.
    static let isUp: UInt32 = 0x1
    static let isLoopback: UInt32 = 0x8
    static let hasCarrier: UInt32 = 0x1_0000

    // Flags of an address.
    static let isOptimistic: UInt32 = 0x04
    static let hasFailed: UInt32 = 0x08
    static let isTentative: UInt32 = 0x40
}
