public import Platform

/// What a connection, or a request of it, is tied to: a lineage, the pins that were carried with it, and the
/// reason to give where there is no pin.
public struct Association: Sendable {
    /// The lineage under which pins are kept from now on.
    public private(set) var lineage: Lineage
    /// When the lineage began.
    public private(set) var origin: WallTime
    /// Another lineage of the same client, whose pins count too, for routing only: that of a session which
    /// was not resumed, or of a cookie that was found when a ticket with the present lineage had left
    /// already. Re-pins are agreed under it, so that parallel connections of the client reach one owner.
    public private(set) var predecessor: Lineage?
    /// The pins that came with the association data, and those made or moved since.
    public private(set) var pins: PinSet
    /// How many times the pins have changed; what carries an older generation is to be issued again.
    public private(set) var generation: UInt32
    /// The reason of a placement for which no pin is found.
    public private(set) var absence: Reason

    /// A pin that was made ahead of the request that it is for, and the reason that is still to be told.
    private var unreported: (pin: Pin, reason: Reason)?

    /// The association of a client that brought none that counts, under a lineage that was just minted.
    ///
    /// - Parameters:
    ///   - lineage: the new lineage.
    ///   - time: when it was minted.
    ///   - absence: why there is none: `new`, `unknown-ticket-key` or `no-association`.
    public init(minted lineage: Lineage, at time: WallTime, absence: Reason = .new) {
        self.lineage = lineage
        origin = time
        pins = PinSet()
        generation = 0
        self.absence = absence
    }

    /// The association of a resumed session.
    public init(resuming data: AssociationData) {
        lineage = data.lineage
        origin = data.origin
        pins = data.pins
        generation = data.generation
        absence = data.pins.isEmpty ? .noAssociation : .new
    }

    /// The association of an authentic cookie.
    public init(_ cookie: AffinityCookie) {
        lineage = cookie.lineage
        origin = cookie.origin
        pins = cookie.pins
        generation = cookie.generation
        absence = cookie.pins.isEmpty ? .noAssociation : .new
    }

    /// The association of a session that must not be resumed: a new lineage that inherits the pins.
    ///
    /// - Parameters:
    ///   - data: what the refused session carried.
    ///   - lineage: the new lineage, just minted.
    ///   - time: when it was minted.
    ///   - reason: why the session was refused.
    public init(refused data: AssociationData, minted lineage: Lineage, at time: WallTime, reason: Reason) {
        self.init(refused: Association(resuming: data), minted: lineage, at: time, reason: reason)
    }

    /// The association of a session that was to be resumed and was not: a new lineage that inherits the pins.
    ///
    /// - Parameters:
    ///   - association: that of the session.
    ///   - lineage: the new lineage, just minted.
    ///   - time: when it was minted.
    ///   - reason: why the session was not resumed.
    public init(
        refused association: Association, minted lineage: Lineage, at time: WallTime, reason: Reason
    ) {
        self.lineage = lineage
        origin = time
        predecessor = association.lineage
        pins = association.pins
        generation = association.generation &+ 1
        absence = reason
    }

    /// What a ticket or a session-cache entry carries of this association.
    public func data(under policy: AssociationPolicy) -> AssociationData {
        AssociationData(
            lineage: lineage, origin: origin, epoch: policy.epoch, policyHash: policy.policyHash,
            virtualHostHash: policy.virtualHostHash, generation: generation, pins: pins)
    }
}

extension Association {
    /// Takes a pin in that was made, moved or found in the table.
    ///
    /// - Returns: whether the owner or the generation has changed, so that what carries the association is to
    ///   be issued again.
    @discardableResult
    public mutating func take(_ pin: Pin) -> Bool {
        let known = pins.pin(for: pin.service)
        guard pins.put(pin) else { return false }
        if let known, known.owner == pin.owner, known.generation == pin.generation { return false }
        generation &+= 1
        return true
    }

    /// Takes in every pin that the table has for the lineage, before a ticket is written, so that it carries
    /// those of services that were reached in other connections too.
    public mutating func refresh(from table: AssociationTable, at now: MonotonicTime) {
        let found = table.pins(of: lineage, at: now)
        for position in 0..<found.count {
            let pin = found[position]
            if let known = pins.pin(for: pin.service), known.generation > pin.generation { continue }
            take(pin)
        }
    }

    /// Goes over to the lineage and the pins of association data that was found after this lineage was
    /// minted. Nothing must carry the present lineage yet. The later origin stays: the handshake of this
    /// connection was a full one.
    public mutating func adopt(_ other: Association) {
        lineage = other.lineage
        origin = max(origin, other.origin)
        predecessor = other.predecessor
        pins = other.pins
        generation = max(generation, other.generation) &+ 1
        noteAbsence(other.absence)
    }

    /// Agrees with association data that was found when something carried the present lineage already: that
    /// lineage stays, and the other becomes its predecessor.
    public mutating func join(_ other: Association) {
        predecessor = other.lineage
        for position in 0..<other.pins.count where pins.pin(for: other.pins[position].service) == nil {
            take(other.pins[position])
        }
        noteAbsence(other.absence)
    }

    /// Remembers that the pin was made ahead of its request, at the handshake, and why.
    public mutating func announceLater(_ pin: Pin, _ reason: Reason) {
        unreported = (pin, reason)
    }

    /// Notes why association data that came later has no pin: where nothing worse is known, a placement
    /// without a pin, or one that was made at the handshake, has this reason.
    public mutating func noteAbsence(_ reason: Reason) {
        if absence == .new { absence = reason }
        if unreported?.reason == .new { unreported?.reason = reason }
    }

    /// The reason for a request that goes to the owner of `pin`: that of the placement made at the
    /// handshake if this is the first request to profit from it, else `pinned`.
    public mutating func reasonOfUse(_ pin: Pin) -> Reason {
        guard let waiting = unreported, waiting.pin.service == pin.service else { return .pinned }
        unreported = nil
        return waiting.pin == pin ? waiting.reason : .pinned
    }
}
