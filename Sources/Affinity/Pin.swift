public import Platform

/// Which platform service owns a lineage at a service.
public struct Pin: Hashable, Sendable {
    /// The service that the pin is for.
    public var service: ServiceKey
    /// The platform service that owns the lineage there.
    public var owner: InstanceKey
    /// When the owner was chosen.
    public var origin: WallTime
    /// Zero at first, one more with each move. A pin never gives way to one of an older generation.
    public var generation: UInt32
    /// Why the owner was chosen.
    public var reason: Reason

    /// A pin from its parts; of the first generation unless told otherwise.
    public init(
        service: ServiceKey, owner: InstanceKey, generation: UInt32 = 0, origin: WallTime, reason: Reason
    ) {
        self.service = service
        self.owner = owner
        self.generation = generation
        self.origin = origin
        self.reason = reason
    }

    /// The pin that counts, of what the table has and what a ticket or cookie carries. The table is
    /// authoritative unless the carried pin is of a newer generation, which it is when the table was lost or
    /// another appliance moved the pin. Both must be of the same lineage and service.
    public static func merged(table: Pin?, ticket: Pin?) -> Pin? {
        guard let table else { return ticket }
        guard let ticket, ticket.generation > table.generation else { return table }
        return ticket
    }

    /// This pin after a move; its generation stays at the largest number when that is reached.
    public func moved(to owner: InstanceKey, reason: Reason, at time: WallTime) -> Pin {
        Pin(
            service: service, owner: owner, generation: generation == .max ? .max : generation + 1,
            origin: time, reason: reason)
    }
}
