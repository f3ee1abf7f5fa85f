public import Platform

/// The interfaces of this appliance and its sides at one moment, numbered: a larger number is newer. It never changes.
public struct InterfaceSnapshot: Sendable {
    /// Its number; 0 is that of the empty one before anything was heard.
    public let number: UInt64
    /// The links, by their numbers.
    public let links: [Link]
    /// Their addresses, link by link.
    public let addresses: [LinkAddress]
    /// The sides, in the order of `Side.allCases`.
    public let sides: [SideReport]
    /// Since when each of them has been in its state, in the same order.
    public let since: [MonotonicTime]

    /// How a side works.
    public func side(_ side: Side) -> SideReport {
        sides.first { $0.side == side } ?? SideReport(side, .unwatched)
    }

    /// Before anything was heard.
    static func empty(at moment: MonotonicTime) -> InterfaceSnapshot {
        InterfaceSnapshot(
            number: 0, links: [], addresses: [], sides: Side.allCases.map { SideReport($0, .unwatched) },
            since: Side.allCases.map { _ in moment })
    }

    /// The next one, of this moment.
    func next(
        links: [Link], addresses: [LinkAddress], sides: [SideReport], at moment: MonotonicTime
    ) -> InterfaceSnapshot {
        let since = zip(self.since, zip(self.sides, sides)).map { earlier, reports in
            reports.0.state == reports.1.state ? earlier : moment
        }
        return InterfaceSnapshot(
            number: number + 1, links: links, addresses: addresses, sides: sides, since: since)
    }

    /// What is different here from `earlier`: links, then addresses, then sides. Of the first snapshot only the sides that are
    /// not well are told: all else is news to nobody.
    func changes(since earlier: InterfaceSnapshot) -> [InterfaceChange] {
        let sides = zip(earlier.sides, self.sides).filter { old, new in
            earlier.number == 0 ? new.state == .lost || new.state == .degraded : old.state != new.state
        }.map { InterfaceChange.side($1) }
        guard earlier.number > 0 else { return sides }
        return linkChanges(since: earlier) + addressChanges(since: earlier) + sides
    }

    /// Whether anything but the number is different.
    func differs(from other: InterfaceSnapshot) -> Bool {
        number == 1 || links != other.links || addresses != other.addresses || sides != other.sides
    }

    private func linkChanges(since earlier: InterfaceSnapshot) -> [InterfaceChange] {
        let old = Dictionary(earlier.links.map { ($0.index, $0) }) { first, _ in first }
        let new = Set(links.map(\.index))
        var changes = earlier.links.filter { !new.contains($0.index) }.map {
            InterfaceChange.linkDisappeared($0)
        }
        for link in links {
            guard let known = old[link.index] else {
                changes.append(.linkAppeared(link))
                continue
            }
            if known.fault != link.fault || known.name != link.name { changes.append(.linkChanged(link)) }
        }
        return changes
    }

    private func addressChanges(since earlier: InterfaceSnapshot) -> [InterfaceChange] {
        let (old, new) = (earlier.usableAddresses, usableAddresses)
        let (oldNames, newNames) = (earlier.names, names)
        let gone = old.subtracting(new).map {
            InterfaceChange.addressDisappeared($0, on: oldNames[$0.link] ?? "?")
        }
        let come = new.subtracting(old).map {
            InterfaceChange.addressAppeared($0, on: newNames[$0.link] ?? "?")
        }
        return (gone + come).sorted { $0.description < $1.description }
    }

    private var usableAddresses: Set<LinkAddress> { Set(addresses.filter(\.isUsable)) }

    private var names: [UInt32: String] {
        Dictionary(links.map { ($0.index, $0.name) }) { first, _ in first }
    }
}
