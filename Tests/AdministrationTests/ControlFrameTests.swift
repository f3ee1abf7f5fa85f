import Balancing
import Framing
import Interfaces
import Testing

@testable import Administration

struct ControlFrameTests {
    static let report: InstanceReport = {
        var writer = FrameWriter()
        writer.add("portal")
        writer.add("portal-1@a")
        writer.add("127.0.0.1:9001")
        writer.add(2 as UInt16)
        writer.add(WorkingStatus.running.rawValue)
        writer.add(1_764_000_000_000 as UInt64)
        writer.add("probe succeeded")
        writer.add(7 as UInt64)
        writer.add(AdministrativeState.draining.rawValue)
        writer.add(1_764_000_000_001 as UInt64)
        writer.add(1 as UInt8)
        writer.add(1_764_000_300_000 as UInt64)
        writer.add(12 as UInt64)
        writer.add(4711 as Int32)
        writer.add("übergibt")
        var reader = FrameReader(writer.bytes[...])
        guard let report = try? InstanceReport(reading: &reader) else {
            preconditionFailure("it can be read")
        }
        return report
    }()

    static let frames: [ControlFrame] = [
        .status(from: 0), .status(from: .max), .instance("portal-1@a"), .history("portal-1@a"),
        .order(AdministrativeOrder(.ready, of: "portal-1@a")),
        .order(AdministrativeOrder(.draining, of: "portal-1@a", drain: .zero)),
        .order(AdministrativeOrder(.draining, of: "p@a", drain: AdministrativeOrder.longestDrain)),
        .gateway(GatewayReport(node: "a", process: 1, begin: 2, workers: 3, snapshot: 4, abuse: [])),
        .gateway(
            GatewayReport(
                node: "a", process: 1, begin: 2, workers: 3, snapshot: 4,
                abuse: [AbuseReport(kind: "pings", count: 5), AbuseReport(kind: "resets", count: .max)])),
        .report(report),
        .side(SideStatus(.client, .lost, since: 1_764_000_000_000, cause: "eth0: no carrier")),
        .side(SideStatus(.backplane, .unwatched, since: 0, cause: "")),
        .transition(
            TransitionReport(
                from: .starting, to: .notRunning, at: 5, incarnation: 6, cause: "watchdog silent")),
        .complete(next: nil), .complete(next: 256), .done("portal-1@a: ready", warning: ""), .refused("no"),
    ]

    private func decode(_ pieces: [ArraySlice<UInt8>]) throws -> [ControlFrame] {
        var decoder = FrameDecoder<ControlFrame>()
        var frames: [ControlFrame] = []
        for piece in pieces {
            decoder.add(Array(piece).span)
            while let frame = try decoder.next() { frames.append(frame) }
        }
        return frames
    }

    @Test(arguments: frames)
    func `a frame comes out as it went in, wherever its bytes are split`(frame: ControlFrame) throws {
        let bytes = frame.encoded
        #expect(bytes.count <= ControlFrame.maximumBytes + 4)
        for place in 0...bytes.count {
            #expect(try decode([bytes[..<place], bytes[place...]]) == [frame])
        }
    }

    @Test(arguments: frames)
    func `a frame that was cut off is refused`(frame: ControlFrame) {
        let whole = Array(frame.encoded.dropFirst(4))
        for count in 2..<whole.count {
            let bytes = [0, 0, UInt8(count >> 8), UInt8(count & 255)] + whole.prefix(count)
            #expect(throws: FrameError.content) { try decode([bytes[...]]) }
        }
    }

    @Test func `states that there are not, and a drain time beyond the longest, are refused`() throws {
        var order = Array(ControlFrame.order(AdministrativeOrder(.ready, of: "p@a")).encoded)
        order[10] = 3
        #expect(throws: FrameError.content) { try decode([order[...]]) }
        let drain = AdministrativeOrder.longestDrain + .milliseconds(1)
        let long = ControlFrame.order(AdministrativeOrder(.draining, of: "p@a", drain: drain)).encoded
        #expect(throws: FrameError.content) { try decode([long[...]]) }
    }

    @Test func `sides and states of sides that there are not are refused`() throws {
        for names in [("left", "up"), ("client", "upside down"), ("", "")] {
            var writer = FrameWriter()
            writer.add(1 as UInt8)
            writer.add(70 as UInt8)
            writer.add(names.0)
            writer.add(names.1)
            writer.add(0 as UInt64)
            writer.add("")
            let bytes = [0, 0, 0, UInt8(writer.bytes.count)] + writer.bytes
            #expect(throws: FrameError.content) { try decode([bytes[...]]) }
        }
    }

    @Test func `the longest texts fit a frame`() throws {
        let long = String(repeating: "x", count: 1000)
        var report = Self.report
        report.service = long
        report.identity = long
        report.address = long
        report.cause = long
        report.text = long
        let bytes = ControlFrame.report(report).encoded
        #expect(bytes.count <= ControlFrame.maximumBytes + 4)
        #expect(try decode([bytes[...]]).count == 1)
    }

    @Test func `another version ends the stream, another type is passed over`() throws {
        #expect(throws: FrameError.version(2, expected: 1)) { try decode([[0, 0, 0, 2, 2, 4]]) }
        let known = ControlFrame.complete(next: nil)
        #expect(try decode([([0, 0, 0, 3, 1, 200, 5] + known.encoded)[...]]) == [known])
    }
}
