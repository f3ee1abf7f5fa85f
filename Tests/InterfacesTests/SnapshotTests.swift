import Platform
import Testing

@testable import Interfaces

@Suite struct SnapshotTests {
    private func snapshot(
        _ number: UInt64, _ links: [Link], _ addresses: [LinkAddress] = [], client: SideState = .up
    ) -> InterfaceSnapshot {
        InterfaceSnapshot(
            number: number, links: links, addresses: addresses,
            sides: [
                SideReport(.client, client), SideReport(.service, .unwatched),
                SideReport(.backplane, .unwatched),
            ], since: Side.allCases.map { _ in begin })
    }

    private let begin = MonotonicTime(nanoseconds: 1_000_000_000)

    private func texts(_ new: InterfaceSnapshot, since old: InterfaceSnapshot) -> [String] {
        new.changes(since: old).map(\.description)
    }

    @Test func `of the first snapshot only sides that are not well are news`() {
        let eth0 = Link(index: 2, name: "eth0")
        #expect(texts(snapshot(1, [eth0]), since: .empty(at: begin)) == [])
        #expect(texts(snapshot(1, [eth0], client: .lost), since: .empty(at: begin)) == ["client side lost"])
    }

    @Test func `links and addresses that come, go and change are told`() throws {
        let (eth0, eth1, eth2) = (
            Link(index: 2, name: "eth0"), Link(index: 3, name: "eth1"), Link(index: 4, name: "eth2")
        )
        var dark = eth1
        dark.hasCarrier = false
        let one = LinkAddress(link: 2, address: try ip("192.0.2.1"), prefixLength: 24)
        var two = LinkAddress(link: 3, address: try ip("2001:db8::2"), prefixLength: 64, isTentative: true)
        let before = snapshot(1, [eth0, eth1], [one, two])
        two.isTentative = false
        let after = snapshot(2, [dark, eth2], [two], client: .lost)
        #expect(
            texts(after, since: before) == [
                "eth0: gone", "eth1: no carrier", "eth2: new, up", "eth0: 192.0.2.1 is gone",
                "eth1: 2001:db8::2 is there", "client side lost",
            ])
        #expect(texts(snapshot(3, after.links, after.addresses), since: after) == ["client side up"])
        #expect(after.differs(from: before))
        #expect(!snapshot(3, after.links, after.addresses, client: .lost).differs(from: after))
    }

    @Test func `a side is in its state since that has changed, whatever else changes`() {
        let lost = [
            SideReport(.client, .lost, reasons: ["eth0: no carrier"]), SideReport(.service, .unwatched),
            SideReport(.backplane, .up),
        ]
        var otherwise = lost
        otherwise[0].reasons = ["eth0: switched off"]
        otherwise[2].state = .degraded
        let first = InterfaceSnapshot.empty(at: begin).next(
            links: [], addresses: [], sides: lost, at: begin + .seconds(1))
        #expect(first.number == 1)
        #expect(first.since == [begin + .seconds(1), begin, begin + .seconds(1)])
        let second = first.next(links: [], addresses: [], sides: otherwise, at: begin + .seconds(2))
        #expect(second.number == 2)
        #expect(second.since == [begin + .seconds(1), begin, begin + .seconds(2)])
    }
}
