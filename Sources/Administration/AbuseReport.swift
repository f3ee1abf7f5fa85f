/// How many clients a gateway has sent away for one thing, since it began.
public struct AbuseReport: Hashable, Sendable {
    /// What they did, in the word of the configuration's budget for it where there is one.
    public var kind: String
    /// How many of them.
    public var count: UInt64

    /// A report from its parts.
    public init(kind: String, count: UInt64) {
        self.kind = kind
        self.count = count
    }
}
