/// What the kernel is asked for.
public enum RouteRequest: Hashable, Sendable {
    /// All links.
    case links
    /// One link, by its number.
    case link(UInt32)
    /// All addresses of both families.
    case addresses

    /// The request as it is sent (rtnetlink(7)); the answers bear `sequence`.
    func bytes(sequence: UInt32) -> [UInt8] {
        var body = [UInt8](repeating: 0, count: 4)
        var kind = RouteNumbers.getLink
        var flags = RouteNumbers.request
        switch self {
        case .links:
            flags |= RouteNumbers.dump
            Self.append(link: 0, to: &body)
        case .link(let index): Self.append(link: index, to: &body)
        case .addresses:
            // struct ifaddrmsg, of no family.
            kind = RouteNumbers.getAddress
            flags |= RouteNumbers.dump
            body.append(native: UInt32(0))
        }
        var bytes: [UInt8] = []
        bytes.append(native: UInt32(RouteNumbers.headBytes + body.count))
        bytes.append(native: kind)
        bytes.append(native: flags)
        bytes.append(native: sequence)
        bytes.append(native: UInt32(0))
        return bytes + body
    }

    /// struct ifinfomsg, of no family, behind its first four bytes; and no statistics, which would be most of the answer.
    private static func append(link index: UInt32, to body: inout [UInt8]) {
        body.append(native: index)
        body += [UInt8](repeating: 0, count: 8)
        body.append(native: UInt16(8))
        body.append(native: RouteNumbers.extensionMask)
        body.append(native: RouteNumbers.skipStatistics)
    }
}
