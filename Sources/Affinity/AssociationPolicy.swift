public import Platform

/// Under which conditions a session of a virtual host is resumed.
public struct AssociationPolicy: Hashable, Sendable {
    /// The virtual host.
    public var virtualHostHash: UInt64
    /// What a session's identity depends on: client authentication and certificate authorities.
    public var policyHash: UInt64
    /// Sessions of an older epoch are not resumed.
    public var epoch: UInt32
    /// How long after its origin a lineage lives.
    public var lifetime: Duration
    /// Whether any session is resumed: where none is, those of before still tell their owners.
    public var resumes = true

    /// How far in the future an origin may lie: the clocks of two appliances differ a little.
    public static let toleratedSkewSeconds: UInt64 = 300
    /// The longest lifetime of a ticket, seven days (RFC 8446, section 4.6.1).
    public static let maximumTicketSeconds: UInt32 = 604_800

    /// A policy from its parts.
    public init(virtualHostHash: UInt64, policyHash: UInt64, epoch: UInt32, lifetime: Duration) {
        self.virtualHostHash = virtualHostHash
        self.policyHash = policyHash
        self.epoch = epoch
        self.lifetime = lifetime
    }

    /// Judges a session by what it carries. Its pins are good in both cases: in `refuse` for routing only.
    public func judge(_ data: AssociationData, at now: WallTime) -> Judgement {
        guard resumes, data.virtualHostHash == virtualHostHash, data.policyHash == policyHash,
            data.epoch >= epoch
        else {
            return .refuse(.policyChanged)
        }
        guard remainingSeconds(of: data.origin, at: now) > 0 else { return .refuse(.lineageExpired) }
        return .resume
    }

    /// What is left of a lineage's life; zero at its deadline, and for an origin that lies in the future by
    /// more than the tolerated skew.
    public func remainingSeconds(of origin: WallTime, at now: WallTime) -> UInt64 {
        guard origin.seconds(since: now) <= Self.toleratedSkewSeconds else { return 0 }
        let life = lifetime.clampedNanoseconds / 1_000_000_000
        let age = now.seconds(since: origin)
        return life > age ? life - age : 0
    }

    /// The lifetime of a ticket in seconds: the least of what the configuration allows, what is left of the
    /// ticket key's life, what is left of the lineage's, and seven days.
    ///
    /// - Parameters:
    ///   - limit: what the configuration allows.
    ///   - keyLife: what is left of the life of the key that seals; nil for sessions that no key seals.
    ///   - origin: when the lineage began.
    ///   - now: the present moment.
    /// - Returns: whole seconds; zero if the session is not to be resumed at all.
    public func ticketSeconds(
        limit: Duration, keyLife: Duration?, origin: WallTime, at now: WallTime
    ) -> UInt32 {
        let nanoseconds = min(limit.clampedNanoseconds, keyLife?.clampedNanoseconds ?? .max)
        let seconds = min(nanoseconds / 1_000_000_000, remainingSeconds(of: origin, at: now))
        return min(UInt32(clamping: seconds), Self.maximumTicketSeconds)
    }
}
