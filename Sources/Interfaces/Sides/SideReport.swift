/// How a side works, and why.
public struct SideReport: Hashable, Sendable, CustomStringConvertible {
    /// Which side.
    public var side: Side
    /// How it works.
    public var state: SideState
    /// What it lacks, a few words each; the first few of them.
    public var reasons: [String]
    /// The names of the interfaces that it depends on now.
    public var interfaces: [String]

    /// A report from its parts.
    public init(_ side: Side, _ state: SideState, reasons: [String] = [], interfaces: [String] = []) {
        self.side = side
        self.state = state
        self.reasons = reasons
        self.interfaces = interfaces
    }

    /// One line for logs: `client side lost: eth0: no carrier`.
    public var description: String {
        let head = "\(side.rawValue) side \(state.rawValue)"
        return reasons.isEmpty ? head : "\(head): \(reasons.joined(separator: "; "))"
    }
}
