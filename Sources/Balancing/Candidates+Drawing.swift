internal import Affinity

extension Candidates {
    /// A candidate drawn by weight: `random` decides. Not `other`.
    func drawn(by random: UInt64, except other: Int?) -> Int? {
        if isUniform { return drawnEvenly(by: random, except: other) }
        var total = 0
        forEach { position in
            if position != other { total += weight(position) }
        }
        guard total > 0 else { return nil }
        var rest = Int(truncatingIfNeeded: random.multipliedFullWidth(by: UInt64(total)).high)
        var drawn: Int?
        forEach { position in
            guard drawn == nil, position != other else { return }
            let weight = weight(position)
            if rest < weight { drawn = position } else { rest -= weight }
        }
        return drawn
    }

    /// The candidate with the least load for its weight; of equals the next after the position `last`,
    /// counted round.
    func leastLoaded(after last: Int, _ load: (Int) -> Int) -> Int? {
        var best: (position: Int, load: Int)?
        for round in 0..<2 {
            forEach { position in
                guard (position > last) == (round == 0) else { return }
                let load = load(position)
                if let leader = best, !hasLessLoad(position, load, than: leader.position, leader.load) {
                    return
                }
                best = (position, load)
            }
        }
        return best?.position
    }

    /// The candidate that the ring gives to a lineage. In its slow start an instance takes the part of its
    /// lineages that falls within its share; if every candidate declines, the first one takes it all the
    /// same.
    func onRing(_ lineage: Lineage) -> Int? {
        guard let ring = service.ring else { return first(after: -1) }
        let ticket = Int(truncatingIfNeeded: mixed(lineage.low ^ mixed(lineage.high)) >> 54)
        let willing = ring.owner(of: lineage) { contains($0) && ticket < share($0) }
        return willing ?? ring.owner(of: lineage) { contains($0) }
    }
}
