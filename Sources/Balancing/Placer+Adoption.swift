public import Affinity
internal import Platform

extension Placer {
    /// Brings association data in that counts more than a lineage which was just minted: a cookie or a
    /// source, found after the handshake of a new session. Its pins win over those that were made at the
    /// handshake, which are forgotten; where it has none, they become its own.
    ///
    /// Its lineage takes the place of the minted one, unless that has left already in a ticket or a
    /// session-cache entry: then both stay and agree about their owners.
    ///
    /// - Parameters:
    ///   - other: what was found.
    ///   - association: the present one.
    ///   - isCarried: whether something carries the present lineage already.
    ///   - moment: the present moment.
    public func adopt(
        _ other: Association, over association: inout Association, isCarried: Bool, at moment: Moment
    ) {
        guard other.lineage != association.lineage else { return }
        var other = other
        other.refresh(from: table, at: moment.monotonic)
        let minted = association
        if isCarried { association.join(other) } else { association.adopt(other) }
        for position in 0..<minted.pins.count {
            let pin = minted.pins[position]
            let agreed =
                other.pins.pin(for: pin.service)
                ?? table.reserve(other.lineage, pin, now: moment.monotonic)
            if !isCarried {
                table.remove(minted.lineage, at: pin.service)
                association.take(agreed)
            } else if agreed.owner != pin.owner {
                let moved = table.move(
                    minted.lineage, from: pin, to: agreed.owner, reason: agreed.reason, at: moment)
                association.take(moved)
            }
        }
    }
}
