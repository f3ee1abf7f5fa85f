internal import Foundation
internal import Platform
internal import TestSupport
internal import Testing

/// Links and addresses that go and come back under a running gateway, in networks that the test makes.
@Suite(
    .logOnFailure, .serialized,
    .enabled(
        if: NetworkNamespace.isPermitted,
        "this user may not make network namespaces (clone(2), CAP_SYS_ADMIN): run the tests as root"))
struct InterfaceTests {
    @Test func `a link that is switched off is known in time, and serves again without a restart`() throws {
        let stage = try NetworkStage()
        try stage.withGateway(stage.configuration()) { process in
            try stage.expectService(process)
            try stage.expectInTime(
                process, { try stage.gateway.ip("link set client0 down") },
                says: "client side lost: 10.77.0.1 on client0: switched off",
                undoing: { try stage.gateway.ip("link set client0 up") }, says: "client side up",
                undoingInTime: false)
            #expect(process.waitForLog("interface client0: switched off"))
            #expect(try process.waitForNotification("STATUS=client side lost"))
            // The service's side has nothing to do with it.
            #expect(!process.logLines.contains { $0.contains("service side") })
        }
    }

    @Test func `status shows the state of each side, since when, and what it lacks`() throws {
        let stage = try NetworkStage()
        let begin = WallTime.nowMilliseconds
        try stage.withGateway(stage.configuration()) { process in
            try stage.expectService(process)
            let sides = { try ToldSide.all(of: process) }
            let started = WallTime.nowMilliseconds
            #expect(try sides().map(\.name) == ["client", "service", "backplane"])
            for side in try sides() { #expect((begin - 2...started + 2).contains(side.since), "\(side)") }
            #expect(Deadline().poll { (try? sides().map(\.state)) == ["up", "up", "lost"] })
            let before = try sides()
            #expect(before.map(\.cause) == ["", "", "spare0 is not there"])
            let fall = WallTime.nowMilliseconds
            try stage.gateway.ip("link set client0 down")
            #expect(process.waitForLog("client side lost"))
            let fallen = WallTime.nowMilliseconds
            let after = try sides()
            #expect(after.map(\.state) == ["lost", "up", "lost"])
            #expect(after[0].cause == "10.77.0.1 on client0: switched off")
            #expect((fall - 2...fallen + 2).contains(after[0].since), "\(after[0])")
            // The others are as they were, since they were so.
            for (side, earlier) in zip(after, before).dropFirst() {
                #expect(side.since.distance(to: earlier.since).magnitude <= 2, "\(side), \(earlier)")
            }
            let table = try Command.limpet("status", "--socket", process.folder.file("control.sock")).output
            let line = try #require(table.split(separator: "\n").first { $0.hasPrefix("client ") })
            #expect(
                line.contains(" lost ") && line.hasSuffix("  10.77.0.1 on client0: switched off"), "\(table)")
            try stage.gateway.ip("link set client0 up")
            #expect(process.waitForLog("client side up"))
            let back = try sides()[0]
            #expect(back.state == "up" && back.cause.isEmpty && back.since + 2 >= fallen, "\(back)")
        }
    }

    @Test func `a cable that is pulled at the other end is known in time`() throws {
        let stage = try NetworkStage()
        try stage.withGateway(stage.configuration()) { process in
            try stage.expectInTime(
                process, { try stage.clients.ip("link set wire down") },
                says: "client side lost: 10.77.0.1 on client0: no carrier",
                undoing: { try stage.clients.ip("link set wire up") }, says: "client side up",
                undoingInTime: false)
        }
    }

    @Test func `an address that is removed and restored is known in time, and serves again`() throws {
        let stage = try NetworkStage()
        try stage.withGateway(stage.configuration()) { process in
            // Another address stays: it is the listener's that counts.
            try stage.gateway.ip("address add 10.77.1.1/24 dev client0")
            try stage.expectInTime(
                process, { try stage.gateway.ip("address del 10.77.0.1/24 dev client0") },
                says: "client side lost: 10.77.0.1 is not on this machine",
                undoing: { try stage.gateway.ip("address add 10.77.0.1/24 dev client0") },
                says: "client side up")
            #expect(process.waitForLog("interface client0: 10.77.0.1 is gone"))
        }
    }

    @Test func `a listener whose address is missing at the start serves once it is there`() throws {
        let stage = try NetworkStage()
        try stage.withGateway(stage.configuration(listener: "10.77.0.9")) { process in
            #expect(process.waitForLog("client side lost: 10.77.0.9 is not on this machine"))
            try stage.gateway.ip("address add 10.77.0.9/24 dev client0")
            #expect(process.waitForLog("client side up"))
            try stage.expectService(process)
            // Also one that comes by a reload, beside the other.
            try process.reload()
            try stage.expectService(process)
        }
    }

    @Test func `an IPv6 address counts when it is known to be nobody else's`() throws {
        let stage = try NetworkStage()
        try stage.withGateway(stage.configuration()) { process in
            try stage.gateway.ip("link add spare0 type veth peer name spare1")
            try stage.gateway.ip("link set spare1 up")
            try stage.gateway.ip("link set spare0 up")
            #expect(process.waitForLog("interface spare0:"))
            try stage.gateway.ip("address add fd00:79::1/64 dev spare0")
            // Duplicate address detection takes a second or two; until then the address is no news.
            #expect(process.waitForLog("interface spare0: fd00:79::1 is there"))
            #expect(process.waitForLog("backplane side up"))
            try stage.gateway.ip("link del spare0")
            #expect(process.waitForLog("interface spare0: gone"))
            #expect(process.waitForLog("backplane side lost: spare0 is not there", times: 2))
        }
    }

    @Test func `the network of a service is its side, and requests pass again when it is back`() throws {
        let stage = try NetworkStage()
        try stage.withGateway(stage.configuration()) { process in
            try stage.expectService(process)
            try stage.expectInTime(
                process, { try stage.gateway.ip("link set service0 down") },
                says: "service side lost: 10.78.0.0/24 on service0: switched off",
                undoing: { try stage.gateway.ip("link set service0 up") }, says: "service side up",
                undoingInTime: false)
        }
    }

    @Test func `hosts that fall silent are a side that is lost`() throws {
        let stage = try NetworkStage()
        var configuration = stage.configuration()
        configuration.services[0].settings["health"] =
            "{ type: tcp, interval: 100ms, timeout: 200ms, rise: 1, fall: 2 }"
        try stage.withGateway(configuration) { process in
            try stage.expectService(process)
            try stage.services.ip("address del \(NetworkStage.serviceAddress)/24 dev wire")
            #expect(process.waitForLog("service side lost: 1 of 1 hosts are silent"))
            #expect(try process.waitForNotification("STATUS=service side lost"))
            try stage.services.ip("address add \(NetworkStage.serviceAddress)/24 dev wire")
            #expect(process.waitForLog("service side up"))
            try stage.expectService(process)
        }
    }
}

/// What `limpet status --json` says of a side.
private struct ToldSide {
    var name: String
    var state: String
    /// In milliseconds since 1970.
    var since: UInt64
    var cause: String

    static func all(of process: GatewayProcess) throws -> [ToldSide] {
        let command = try Command.limpet(
            "status", "--json", "--socket", process.folder.file("control.sock"))
        #expect(command.ending == .exited(0), "\(command.errors)")
        let document = try JSONSerialization.jsonObject(with: Data(command.output.utf8)) as? [String: Any]
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return try #require(document?["sides"] as? [[String: String]]).map { side in
            let since = try Date(#require(side["since"]), strategy: style)
            return try ToldSide(
                name: #require(side["side"]), state: #require(side["state"]),
                since: UInt64((since.timeIntervalSince1970 * 1000).rounded()), cause: #require(side["cause"]))
        }
    }
}
