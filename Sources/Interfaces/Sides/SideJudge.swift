internal import Platform

/// Judges one side by what it depends on. A value without a clock.
///
/// What was configured counts from the beginning. What was concluded from addresses counts once it has been there: a listener on
/// all addresses of a family that this machine does not have is no loss.
struct SideJudge {
    /// What an operator says that the side depends on.
    struct Rule: Hashable {
        let requirement: SideRequirement
        /// Whether it counts before it has been there.
        let isCertain: Bool
    }

    let side: Side
    private var rules: [Rule] = []
    private var seen: Set<SideRequirement> = []
    /// The networks through which hosts were reached.
    private var networks: Set<IPPrefix> = []
    /// Whether the networks of hosts count: only where no interface was named.
    private var followsHosts = false
    private var evidence = SideEvidence()

    init(_ side: Side) {
        self.side = side
    }

    /// Takes over what the side depends on; what was seen before is kept.
    mutating func apply(_ settings: InterfaceSettings) {
        let names = settings.interfaces[side] ?? []
        rules = names.map { Rule(requirement: .interface($0), isCertain: true) }
        if side == .client { rules += Self.rules(for: settings.listeners, isDefault: names.isEmpty) }
        followsHosts = side != .client && names.isEmpty
        networks = []
        seen.formIntersection(rules.map(\.requirement))
    }

    /// Takes over what probes and traffic say; whether it is something else than before.
    mutating func apply(_ evidence: SideEvidence) -> Bool {
        guard evidence != self.evidence else { return false }
        if evidence.hosts != self.evidence.hosts { networks = [] }
        self.evidence = evidence
        return true
    }

    /// How the side works by `table`. `isLocal` answers whether a socket could be bound to an address that no link has.
    mutating func judge(_ table: InterfaceView, isLocal: (IPAddress) -> Bool) -> SideReport {
        followHosts(table)
        var missing: [String] = []
        var counted = 0
        var interfaces: Set<String> = []
        for rule in rules {
            let finding = table.find(rule.requirement)
            interfaces.formUnion(finding.interfaces)
            if finding.isMet { seen.insert(rule.requirement) }
            guard finding.isMet || rule.isCertain || seen.contains(rule.requirement) else { continue }
            if !finding.isMet, case .address(let address) = rule.requirement,
                !seen.contains(rule.requirement), isLocal(address)
            {
                // Routed to this machine without being on a link: nothing to watch.
                continue
            }
            counted += 1
            if !finding.isMet { missing.append(finding.reason) }
        }
        for network in networks.sorted(by: { "\($0)" < "\($1)" }) {
            let finding = table.find(.network(network))
            interfaces.formUnion(finding.interfaces)
            counted += 1
            if !finding.isMet { missing.append(finding.reason) }
        }
        return report(counted: counted, missing: missing, interfaces: interfaces)
    }

    private func report(counted: Int, missing: [String], interfaces: Set<String>) -> SideReport {
        var state = SideState.unwatched
        if counted > 0 { state = missing.isEmpty ? .up : missing.count == counted ? .lost : .degraded }
        var reasons = Array(missing.prefix(InterfaceLimits.reasons))
        if missing.count > reasons.count { reasons.append("and \(missing.count - reasons.count) more") }
        let (silent, hosts) = (evidence.silent.count, evidence.hosts.count)
        if silent > 0 {
            state = silent == hosts ? .lost : state == .lost ? .lost : .degraded
            reasons.append("\(silent) of \(hosts) hosts are silent")
        } else if hosts > 0, state == .unwatched {
            state = .up
        }
        return SideReport(side, state, reasons: reasons, interfaces: interfaces.sorted())
    }

    /// Remembers through which networks hosts are reached, as long as these are there.
    private mutating func followHosts(_ table: InterfaceView) {
        guard followsHosts else { return }
        networks.formUnion(table.networks(of: evidence.hosts))
    }

    /// What listeners depend on. Those on all addresses count only where no interface was named.
    private static func rules(for listeners: [IPAddress], isDefault: Bool) -> [Rule] {
        var rules: [Rule] = []
        for address in listeners where !address.isLoopback {
            let rule =
                address.isUnspecified
                ? Rule(requirement: .family(isIPv4: address.isIPv4), isCertain: false)
                : Rule(requirement: .address(address), isCertain: true)
            guard isDefault || rule.isCertain, !rules.contains(rule) else { continue }
            rules.append(rule)
        }
        return rules
    }
}
