internal import Platform

/// The links and addresses of one moment, in the form in which requirements are looked for.
struct InterfaceView {
    /// What was found of a requirement.
    struct Finding {
        let isMet: Bool
        /// What is missing, in a few words, if it is not met.
        var reason = ""
        /// The interfaces that it concerns.
        var interfaces: [String] = []
    }

    private let links: [UInt32: Link]
    private let byName: [String: Link]
    private let addresses: [LinkAddress]

    init(links: [Link], addresses: [LinkAddress]) {
        self.links = Dictionary(links.map { ($0.index, $0) }) { first, _ in first }
        byName = Dictionary(links.map { ($0.name, $0) }) { first, _ in first }
        self.addresses = addresses
    }

    /// Looks for what a side depends on.
    func find(_ requirement: SideRequirement) -> Finding {
        switch requirement {
        case .interface(let name): find(interface: name)
        case .address(let address):
            find("\(address) is not on this machine", "\(address)") { $0.address == address }
        case .network(let network):
            find("no address in \(network)", "\(network)") { $0.network == network }
        case .family(let isIPv4):
            find("no interface with an \(isIPv4 ? "IPv4" : "IPv6") address", "\(isIPv4 ? "IPv4" : "IPv6")") {
                $0.address.isIPv4 == isIPv4 && !$0.address.isLinkLocal && !$0.address.isLoopback
                    && links[$0.link]?.isLoopback == false
            }
        }
    }

    /// The networks on links through which `hosts` are reached directly, the narrowest for each.
    func networks(of hosts: Set<IPAddress>) -> Set<IPPrefix> {
        let candidates = Set(addresses.filter { carries($0) }.compactMap(\.network))
        var found: Set<IPPrefix> = []
        for host in hosts {
            let nearest = candidates.filter { $0.contains(host) }.max { $0.length < $1.length }
            if let nearest { found.insert(nearest) }
        }
        return found
    }

    private func find(interface name: String) -> Finding {
        guard let link = byName[name] else {
            return Finding(isMet: false, reason: "\(name) is not there", interfaces: [name])
        }
        if let fault = link.fault {
            return Finding(isMet: false, reason: "\(name): \(fault)", interfaces: [name])
        }
        let hasAddress = addresses.contains {
            $0.link == link.index && $0.isUsable && !$0.address.isLinkLocal
        }
        return Finding(isMet: hasAddress, reason: hasAddress ? "" : "\(name): no address", interfaces: [name])
    }

    private func find(_ absence: String, _ subject: String, where fits: (LinkAddress) -> Bool) -> Finding {
        let found = addresses.filter(fits)
        let names = Set(found.compactMap { links[$0.link]?.name }).sorted()
        if found.contains(where: carries) { return Finding(isMet: true, interfaces: names) }
        guard let first = found.first, let link = links[first.link] else {
            return Finding(isMet: false, reason: absence)
        }
        let fault =
            link.fault ?? (first.hasFailed ? "somebody else has the address" : "the address is tentative")
        return Finding(isMet: false, reason: "\(subject) on \(link.name): \(fault)", interfaces: names)
    }

    /// Whether packets can come from an address now.
    private func carries(_ address: LinkAddress) -> Bool {
        address.isUsable && links[address.link]?.isUsable == true
    }
}
