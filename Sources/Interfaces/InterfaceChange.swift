internal import Platform

/// One difference between two snapshots of the interfaces.
public enum InterfaceChange: Hashable, Sendable, CustomStringConvertible {
    /// A link is there that was not.
    case linkAppeared(Link)
    /// A link is not there any more.
    case linkDisappeared(Link)
    /// A link carries packets again, or not any more.
    case linkChanged(Link)
    /// An address can be used that could not.
    case addressAppeared(LinkAddress, on: String)
    /// An address cannot be used any more.
    case addressDisappeared(LinkAddress, on: String)
    /// A side works differently.
    case side(SideReport)

    /// The interface that it concerns; nil for a side.
    public var interface: String? {
        switch self {
        case .linkAppeared(let link), .linkDisappeared(let link), .linkChanged(let link): link.name
        case .addressAppeared(_, let name), .addressDisappeared(_, let name): name
        case .side: nil
        }
    }

    /// One line for logs: `eth0: no carrier`.
    public var description: String {
        switch self {
        case .linkAppeared(let link): "\(link.name): new, \(link.fault ?? "up")"
        case .linkDisappeared(let link): "\(link.name): gone"
        case .linkChanged(let link): "\(link.name): \(link.fault ?? "up")"
        case .addressAppeared(let address, let name): "\(name): \(address.address) is there"
        case .addressDisappeared(let address, let name): "\(name): \(address.address) is gone"
        case .side(let report): report.description
        }
    }
}
