/// Why a communication went to its platform service. One enum for the access log, the metrics, the page and
/// the benchmarks; its numbers travel in association data, so they never change.
public enum Reason: UInt8, CaseIterable, Hashable, Sendable {
    /// To the owner that its pin names.
    case pinned = 0
    /// The first placement of this lineage at this service.
    case new = 1
    /// The owner is no longer among the instances of the service.
    case rebalanced = 2
    /// The owner is not running.
    case ownerDown = 3
    /// The owner was still starting when the hold was over.
    case ownerStartTimeout = 4
    /// The drain deadline of the owner has passed.
    case ownerDrained = 5
    /// An operator has disabled the owner.
    case ownerDisabled = 6
    /// A ticket came that none of our keys opens.
    case unknownTicketKey = 7
    /// The lineage was past its deadline, and no pin of it was left.
    case lineageExpired = 8
    /// The session was made under another policy, epoch or virtual host, and no pin of it was left.
    case policyChanged = 9
    /// There was association data, but no pin under it.
    case noAssociation = 10

    /// The word in logs and metrics.
    public var name: StaticString {
        switch self {
        case .pinned: "pinned"
        case .new: "new"
        case .rebalanced: "rebalanced"
        case .ownerDown: "owner-down"
        case .ownerStartTimeout: "owner-start-timeout"
        case .ownerDrained: "owner-drained"
        case .ownerDisabled: "owner-disabled"
        case .unknownTicketKey: "unknown-ticket-key"
        case .lineageExpired: "lineage-expired"
        case .policyChanged: "policy-changed"
        case .noAssociation: "no-association"
        }
    }
}
