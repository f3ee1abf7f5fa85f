import Configuration
import Platform
import Testing

@testable import Interfaces

/// A judge that expectations may ask.
private final class Court {
    private var judge: SideJudge

    init(_ side: Side, _ settings: InterfaceSettings) {
        judge = SideJudge(side)
        judge.apply(settings)
    }

    func apply(_ evidence: SideEvidence) -> Bool { judge.apply(evidence) }
    func judge(_ view: InterfaceView, isLocal: (IPAddress) -> Bool) -> SideReport {
        judge.judge(view, isLocal: isLocal)
    }
}

@Suite struct SideTests {
    private let loop = Link(index: 1, name: "lo", state: .unknown, isLoopback: true)
    private let eth0 = Link(index: 2, name: "eth0")
    private let eth1 = Link(index: 3, name: "eth1")

    private func settings(
        client: [String] = [], service: [String] = [], backplane: [String] = [], listeners: [String] = []
    ) throws -> InterfaceSettings {
        var configuration = InterfaceConfiguration()
        configuration.client = client
        configuration.service = service
        configuration.backplane = backplane
        return InterfaceSettings(configuration, listeners: try listeners.map { try ip($0) })
    }

    private func judge(_ side: Side, _ settings: InterfaceSettings) -> Court {
        Court(side, settings)
    }

    private func view(_ links: [Link], _ addresses: [(UInt32, String, Int)]) throws -> InterfaceView {
        InterfaceView(
            links: links,
            addresses: try addresses.map { link, text, length in
                LinkAddress(link: link, address: try ip(text), prefixLength: length)
            })
    }

    private func down(_ link: Link) -> Link {
        var link = link
        link.hasCarrier = false
        link.state = .down
        return link
    }

    @Test func `a side on which nothing depends is not watched`() throws {
        let client = judge(.client, try settings(listeners: ["127.0.0.1", "::1"]))
        let report = client.judge(try view([loop], [(1, "127.0.0.1", 8)])) { _ in true }
        #expect(report == SideReport(.client, .unwatched))
    }

    @Test func `a listener's address is there, on a link that is down, gone and back`() throws {
        let client = judge(.client, try settings(listeners: ["192.0.2.1"]))
        let up = try view([loop, eth0], [(2, "192.0.2.1", 24)])
        #expect(client.judge(up) { _ in false } == SideReport(.client, .up, interfaces: ["eth0"]))
        let dark = try view([loop, down(eth0)], [(2, "192.0.2.1", 24)])
        let lost = client.judge(dark) { _ in false }
        #expect(lost.state == .lost)
        #expect(lost.description == "client side lost: 192.0.2.1 on eth0: no carrier")
        let gone = client.judge(try view([loop, eth0], [])) { _ in true }
        #expect(gone.description == "client side lost: 192.0.2.1 is not on this machine")
        #expect(client.judge(up) { _ in false }.state == .up)
    }

    @Test func `an address that is missing at the start counts, one that is routed here does not`() throws {
        let client = judge(.client, try settings(listeners: ["192.0.2.1"]))
        let none = try view([loop, eth0], [])
        #expect(client.judge(none) { _ in true }.state == .unwatched)
        #expect(client.judge(none) { _ in false }.state == .lost)
    }

    @Test func `an address that is tentative, or somebody else's, is missing`() throws {
        let client = judge(.client, try settings(listeners: ["2001:db8::1"]))
        var address = LinkAddress(link: 2, address: try ip("2001:db8::1"), prefixLength: 64)
        address.isTentative = true
        let tentative = client.judge(InterfaceView(links: [eth0], addresses: [address])) { _ in false }
        #expect(tentative.reasons == ["2001:db8::1 on eth0: the address is tentative"])
        address.hasFailed = true
        let failed = client.judge(InterfaceView(links: [eth0], addresses: [address])) { _ in false }
        #expect(failed.reasons == ["2001:db8::1 on eth0: somebody else has the address"])
    }

    @Test func `one of two addresses degrades the side`() throws {
        let client = judge(.client, try settings(listeners: ["192.0.2.1", "198.51.100.1", "192.0.2.1"]))
        let report = client.judge(try view([eth0], [(2, "192.0.2.1", 24)])) { _ in false }
        #expect(report.state == .degraded)
        #expect(report.reasons == ["198.51.100.1 is not on this machine"])
    }

    @Test func `listeners on all addresses need one of the family, once there was one`() throws {
        let client = judge(.client, try settings(listeners: ["0.0.0.0", "::"]))
        let local = try view([loop, eth0], [(1, "127.0.0.1", 8), (2, "fe80::1", 64)])
        #expect(client.judge(local) { _ in true }.state == .unwatched)
        let four = try view([loop, eth0], [(2, "192.0.2.1", 24), (2, "fe80::1", 64)])
        #expect(client.judge(four) { _ in true }.state == .up)
        let lost = client.judge(local) { _ in true }
        #expect(lost.description == "client side lost: no interface with an IPv4 address")
    }

    @Test func `named interfaces count from the beginning, and take the place of listeners on all addresses`()
        throws
    {
        let client = judge(.client, try settings(client: ["eth0", "eth1"], listeners: ["0.0.0.0"]))
        let one = try view([eth0, down(eth1)], [(2, "192.0.2.1", 24), (3, "198.51.100.1", 24)])
        let report = client.judge(one) { _ in true }
        #expect(report.description == "client side degraded: eth1: no carrier")
        #expect(report.interfaces == ["eth0", "eth1"])
        let none = client.judge(try view([eth0], [(2, "169.254.0.1", 16)])) { _ in true }
        #expect(none.description == "client side lost: eth0: no address; eth1 is not there")
    }

    @Test func `the backplane is what was named for it`() throws {
        let backplane = judge(.backplane, try settings(backplane: ["eth1"], listeners: ["192.0.2.1"]))
        let report = backplane.judge(try view([eth0], [(2, "192.0.2.1", 24)])) { _ in true }
        #expect(report.description == "backplane side lost: eth1 is not there")
        let unnamed = judge(.backplane, try settings())
        #expect(unnamed.judge(try view([eth0], [])) { _ in true }.state == .unwatched)
    }

    @Test func `the networks of services' hosts belong to their side, once they were there`() throws {
        let service = judge(.service, try settings())
        var evidence = SideEvidence()
        evidence.note(try ip("127.0.0.1"), isSilent: true)
        evidence.note(try ip("198.51.100.9"), isSilent: false)
        #expect(service.apply(evidence))
        #expect(!service.apply(evidence))
        let both = try view([eth0, eth1], [(2, "192.0.2.1", 24), (3, "198.51.100.1", 24)])
        #expect(service.judge(both) { _ in true } == SideReport(.service, .up, interfaces: ["eth1"]))
        let one = try view([eth0, down(eth1)], [(2, "192.0.2.1", 24), (3, "198.51.100.1", 24)])
        #expect(
            service.judge(one) { _ in true }.description
                == "service side lost: 198.51.100.0/24 on eth1: no carrier")
        let gone = try view([eth0, eth1], [(2, "192.0.2.1", 24)])
        #expect(
            service.judge(gone) { _ in true }.description
                == "service side lost: no address in 198.51.100.0/24")
    }

    @Test func `hosts of which nothing is heard degrade the side, all of them lose it`() throws {
        let service = judge(.service, try settings())
        let view = try view([eth0], [(2, "192.0.2.1", 24)])
        var evidence = SideEvidence()
        evidence.note(try ip("192.0.2.8"), isSilent: true)
        evidence.note(try ip("203.0.113.9"), isSilent: false)
        _ = service.apply(evidence)
        #expect(
            service.judge(view) { _ in true }.description == "service side degraded: 1 of 2 hosts are silent")
        evidence = SideEvidence()
        evidence.note(try ip("192.0.2.8"), isSilent: true)
        evidence.note(try ip("203.0.113.9"), isSilent: true)
        _ = service.apply(evidence)
        #expect(service.judge(view) { _ in true }.state == .lost)
        // Heard at one port, it is heard.
        evidence.note(try ip("192.0.2.8"), isSilent: false)
        evidence.note(try ip("203.0.113.9"), isSilent: false)
        _ = service.apply(evidence)
        #expect(service.judge(view) { _ in true }.state == .up)
    }

    @Test func `many reasons are cut short`() throws {
        let names = (0..<9).map { "eth\($0)" }
        let client = judge(.client, try settings(client: names))
        let report = client.judge(try view([], [])) { _ in true }
        #expect(report.reasons.count == InterfaceLimits.reasons + 1)
        #expect(report.reasons.last == "and 5 more")
    }
}
