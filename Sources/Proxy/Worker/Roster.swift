/// Who can be in a roster, in one at a time.
protocol RosterMember: AnyObject {
    /// Its place in the roster that it is in: the roster's affair alone.
    var rosterPlace: Int { get set }
}

/// Those who are there, in no order. Each member knows its place, so that leaving costs the same however many there are.
struct Roster<Member: RosterMember> {
    private(set) var members: [Member] = []

    var count: Int { members.count }
    var isEmpty: Bool { members.isEmpty }

    mutating func add(_ member: Member) {
        member.rosterPlace = members.count
        members.append(member)
    }

    /// Nothing happens if it is not in this roster.
    mutating func remove(_ member: Member) {
        let (place, last) = (member.rosterPlace, members.count - 1)
        guard place <= last, members[place] === member else { return }
        if place < last {
            members.swapAt(place, last)
            members[place].rosterPlace = place
        }
        members.removeLast()
    }
}
