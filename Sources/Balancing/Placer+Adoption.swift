public import Affinity
internal import Platform

extension Placer {
    /// Goes over to association data that counts more than a lineage that was just minted: a cookie, or another kind that was
    /// found after the handshake of a new session. If nobody knows a pin under it, the present association
    /// stays, and its placement has the reason `no-association`.
    ///
    /// Where the present lineage has left already, in a TLS 1.2 ticket or a session-cache entry, it stays and its
    /// pins follow those of the other; what carries the other is then to be issued again.
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
        guard !other.pins.isEmpty else {
            association.noteAbsence(.noAssociation)
            return
        }
        let minted = association
        if isCarried {
            for position in 0..<other.pins.count {
                follow(other.pins[position], &association, at: moment)
            }
        } else {
            association.adopt(other)
            for position in 0..<minted.pins.count {
                table.remove(minted.lineage, at: minted.pins[position].service)
            }
        }
    }

    /// Brings the pin of the present lineage to the owner of another lineage's pin.
    private func follow(_ other: Pin, _ association: inout Association, at moment: Moment) {
        let now = moment.monotonic
        guard let present = find(association, at: other.service, now: now)?.pin else {
            association.take(table.reserve(association.lineage, other, now: now))
            return
        }
        guard present.owner != other.owner else { return }
        association.take(
            table.move(
                association.lineage, from: present, to: other.owner, reason: other.reason, at: moment))
    }
}
