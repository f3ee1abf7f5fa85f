public import Platform
public import TLS

/// What became of a visit.
public struct VisitRecord: Sendable {
    /// The answer to one request.
    public struct Answer: Sendable {
        /// What was asked for.
        public var path: String
        /// The status.
        public var status: Int
        /// The service identity that answered (`X-Served-By`); empty if the gateway itself did.
        public var servedBy: String
        /// The process that answered (`X-Incarnation`).
        public var incarnation: String
        /// The content, at most 64 KiB of it.
        public var body: [UInt8]
        /// From the request to the end of the answer.
        public var latency: Duration
        /// When the answer was whole.
        public var completed: MonotonicTime
    }

    /// Whether a session was offered.
    public var offersSession = false
    /// How the session was resumed.
    public var resumption = ResumptionKind.none
    /// From the connect to the end of the handshake.
    public var handshake = Duration.zero
    /// The SHA-256 of the server's certificate.
    public var certificateDigest: [UInt8]?
    /// The newest session that the server gave.
    public var session: [UInt8]?
    /// The answers, in order.
    public var answers: [Answer] = []
    /// Why not everything was answered.
    public var failure: VisitFailure?
    /// When it began.
    public var began = MonotonicTime(nanoseconds: 0)

    /// Whether the handshake was an abbreviated one.
    public var isResumed: Bool { resumption != .none }
}
