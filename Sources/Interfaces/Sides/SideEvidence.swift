public import Platform

/// What probes and traffic say of a side: which hosts there are, and which of them nothing is heard of, not even a refusal.
public struct SideEvidence: Hashable, Sendable {
    /// The hosts beyond this machine.
    public private(set) var hosts: Set<IPAddress> = []
    /// Those of them of which nothing is heard.
    public private(set) var silent: Set<IPAddress> = []

    /// No hosts.
    public init() {}

    /// Takes note of what is heard at one place of a host: hearing it at one is hearing it. Hosts beyond a limit, and this
    /// machine itself, do not count.
    public mutating func note(_ host: IPAddress, isSilent: Bool) {
        guard !host.isLoopback, !host.isUnspecified else { return }
        if hosts.contains(host) {
            if !isSilent { silent.remove(host) }
            return
        }
        guard hosts.count < InterfaceLimits.hosts else { return }
        hosts.insert(host)
        if isSilent { silent.insert(host) }
    }
}
