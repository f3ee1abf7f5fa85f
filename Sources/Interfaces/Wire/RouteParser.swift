internal import Platform

/// Reads what the kernel says of links and addresses (netlink(7), rtnetlink(7)). Pure; every length is checked.
public enum RouteParser {
    /// The most messages that are read from one datagram: more than the kernel puts into one.
    public static let messageLimit = 4096
    /// The longest name of a link, in bytes (IFNAMSIZ without the zero).
    static let nameBytes = 15

    /// The messages of one datagram. What is left behind the last one, shorter than a message's head, is padding.
    ///
    /// - Throws: why the datagram is not one of the kernel's. Nothing of it counts then.
    public static func parse(_ bytes: Span<UInt8>) throws(RouteFault) -> [RouteMessage] {
        var messages: [RouteMessage] = []
        var offset = 0
        while bytes.count - offset >= RouteNumbers.headBytes {
            guard let length = bytes.native32(at: offset).map(Int.init), length >= RouteNumbers.headBytes,
                length <= bytes.count - offset, messages.count < messageLimit
            else { throw .length }
            messages.append(try message(bytes.extracting(offset..<offset + length)))
            offset = min(aligned(offset + length), bytes.count)
        }
        return messages
    }

    private static func message(_ bytes: Span<UInt8>) throws(RouteFault) -> RouteMessage {
        guard let kind = bytes.native16(at: 4), let flags = bytes.native16(at: 6),
            let sequence = bytes.native32(at: 8), let port = bytes.native32(at: 12)
        else { throw .length }
        let body = bytes.extracting(RouteNumbers.headBytes..<bytes.count)
        return RouteMessage(
            sequence: sequence, port: port, isInterrupted: flags & RouteNumbers.interrupted != 0,
            try content(of: kind, body))
    }

    private static func content(
        of kind: UInt16, _ body: Span<UInt8>
    ) throws(RouteFault) -> RouteMessage.Content {
        switch kind {
        case RouteNumbers.newLink, RouteNumbers.deleteLink:
            return try link(body, isGone: kind == RouteNumbers.deleteLink)
        case RouteNumbers.newAddress, RouteNumbers.deleteAddress:
            guard let address = try address(body) else { return .other }
            return kind == RouteNumbers.newAddress ? .address(address) : .addressGone(address)
        case RouteNumbers.done:
            // Some parts of the kernel leave the number out.
            return .done(body.native32(at: 0).map { errorNumber($0) } ?? 0)
        case RouteNumbers.error:
            guard let number = body.native32(at: 0) else { throw .length }
            return .refused(errorNumber(number))
        case RouteNumbers.overrun: return .overrun
        default: return .other
        }
    }

    /// struct ifinfomsg and its attributes.
    private static func link(
        _ body: Span<UInt8>, isGone: Bool
    ) throws(RouteFault) -> RouteMessage.Content {
        guard body.count >= 16, let index = body.native32(at: 4), let flags = body.native32(at: 8) else {
            throw .length
        }
        // A bridge speaks of its ports in messages of the same kind: that one has left it says nothing of the link.
        guard body[0] == RouteNumbers.unspecified else { return .other }
        guard index > 0, index <= UInt32(Int32.max) else { throw .value }
        if isGone { return .linkGone(index) }
        var name: String?
        var state = OperationalState.unknown
        try forEachAttribute(in: body.extracting(16..<body.count)) { kind, value throws(RouteFault) in
            switch kind {
            case RouteNumbers.linkName: name = try self.name(value)
            case RouteNumbers.operationalState:
                guard value.count == 1 else { throw .value }
                // A state that a later kernel adds is none that we know.
                state = OperationalState(rawValue: value[0]) ?? .unknown
            default: break
            }
        }
        guard let name else { throw .missing }
        return .link(
            Link(
                index: index, name: name, isAdministrativelyUp: flags & RouteNumbers.isUp != 0,
                hasCarrier: flags & RouteNumbers.hasCarrier != 0, state: state,
                isLoopback: flags & RouteNumbers.isLoopback != 0))
    }

    /// struct ifaddrmsg and its attributes; nil for a family that is of no concern.
    private static func address(_ body: Span<UInt8>) throws(RouteFault) -> LinkAddress? {
        guard body.count >= 8, let index = body.native32(at: 4) else { throw .length }
        let family = body[0]
        guard family == RouteNumbers.ipv4 || family == RouteNumbers.ipv6 else { return nil }
        let prefixLength = Int(body[1])
        guard index > 0, index <= UInt32(Int32.max), prefixLength <= (family == RouteNumbers.ipv4 ? 32 : 128)
        else { throw .value }
        var flags = UInt32(body[2])
        var local: IPAddress?
        var peer: IPAddress?
        try forEachAttribute(in: body.extracting(8..<body.count)) { kind, value throws(RouteFault) in
            switch kind {
            case RouteNumbers.localAddress: local = try ip(value, family: family)
            case RouteNumbers.peerAddress: peer = try ip(value, family: family)
            case RouteNumbers.addressFlags:
                guard value.count == 4, let all = value.native32(at: 0) else { throw .value }
                flags = all
            default: break
            }
        }
        // On a link between two, the one is ours and the other the peer's; elsewhere there may be only the other.
        guard let ours = local ?? peer else { throw .missing }
        return LinkAddress(
            link: index, address: ours, prefixLength: prefixLength,
            isTentative: flags & RouteNumbers.isTentative != 0 && flags & RouteNumbers.isOptimistic == 0,
            hasFailed: flags & RouteNumbers.hasFailed != 0)
    }

    private static func ip(_ value: Span<UInt8>, family: UInt8) throws(RouteFault) -> IPAddress {
        if family == RouteNumbers.ipv4 {
            guard value.count == 4 else { throw .value }
            return IPAddress(
                v4: UInt32(value[0]) << 24 | UInt32(value[1]) << 16 | UInt32(value[2]) << 8 | UInt32(value[3])
            )
        }
        guard value.count == 16 else { throw .value }
        return IPAddress(high: value.network64(at: 0), low: value.network64(at: 8), isIPv4: false)
    }

    /// A name up to its zero. What is no letter of ASCII that can be printed is shown as a question mark: names go to logs.
    private static func name(_ value: Span<UInt8>) throws(RouteFault) -> String {
        var text: [UInt8] = []
        var index = 0
        while index < value.count, value[index] != 0 {
            text.append(value[index] > 0x20 && value[index] < 0x7f ? value[index] : UInt8(ascii: "?"))
            index += 1
        }
        guard (1...nameBytes).contains(text.count) else { throw .value }
        return String(decoding: text, as: UTF8.self)
    }

    private static func forEachAttribute(
        in bytes: Span<UInt8>, _ body: (UInt16, Span<UInt8>) throws(RouteFault) -> Void
    ) throws(RouteFault) {
        var offset = 0
        while bytes.count - offset >= RouteNumbers.attributeHeadBytes {
            guard let length = bytes.native16(at: offset).map(Int.init),
                let kind = bytes.native16(at: offset + 2),
                length >= RouteNumbers.attributeHeadBytes, length <= bytes.count - offset
            else { throw .length }
            let start = offset + RouteNumbers.attributeHeadBytes
            try body(kind & RouteNumbers.attributeKindMask, bytes.extracting(start..<offset + length))
            offset = min(aligned(offset + length), bytes.count)
        }
    }

    private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

    /// Error numbers come negative.
    private static func errorNumber(_ number: UInt32) -> Int32 {
        let value = Int32(bitPattern: number)
        return value == .min ? .max : abs(value)
    }
}
