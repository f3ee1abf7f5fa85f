public import Platform

/// Something that a side depends on.
public enum SideRequirement: Hashable, Sendable {
    /// The interface of that name carries packets, and has an address that reaches beyond its link.
    case interface(String)
    /// The address lies on an interface that carries packets.
    case address(IPAddress)
    /// An interface that carries packets has an address of that network.
    case network(IPPrefix)
    /// An interface that carries packets, and leads out of this machine, has an address of the family.
    case family(isIPv4: Bool)
}
