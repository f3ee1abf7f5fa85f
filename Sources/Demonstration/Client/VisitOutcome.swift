/// A visit seen from the client: did it come back to the service that owns its session?
public struct VisitOutcome: Sendable {
    /// An answer by another service than the one before.
    public struct Move: Hashable, Sendable {
        /// Who owned the session, or answered last.
        public let from: String
        /// Who answered.
        public let to: String
        /// The path of the request, by which the gateway's log tells why.
        public let path: String
    }

    /// How the client resumes.
    public let kind: ClientKind
    /// The client's name.
    public let client: String
    /// Which of the client's lineages it went on with: the number of the full handshake that it stems from.
    public let lineage: Int
    /// The service that owned the session at the beginning; nil if this was the first visit.
    public let owner: String?
    /// How many other visits went on with the same session at the same time.
    public let companions: Int
    /// Whether those others, where they left the owner, all went to the same service as this one.
    public let companionsAgree: Bool
    /// What happened.
    public let record: VisitRecord
    /// Where the answers came from another service than expected, in order.
    public let moves: [Move]

    /// Whether an owned session was offered, so that there is something to keep.
    public var hasOwner: Bool { owner != nil }
    /// Whether all of it was answered, with success.
    public var succeeded: Bool { record.failure == nil && failedAnswers == 0 }
    /// How many answers were no success.
    public var failedAnswers: Int { record.answers.count { $0.status >= 400 || $0.servedBy.isEmpty } }
    /// Whether every request was answered by the owner.
    public var reachedOwner: Bool { hasOwner && succeeded && moves.isEmpty && !record.answers.isEmpty }
    /// Who answered last.
    public var servedBy: String? { record.answers.last { !$0.servedBy.isEmpty }?.servedBy }
}
