import Framing
import Platform
import StatusFrames
import Testing

struct FrameTests {
    static let report: ServiceReport = {
        var report = ServiceReport(
            identity: "portal-1@a", phase: .restarting, since: MonotonicTime(nanoseconds: 12_345))
        report.reason = .ended(.killed(9))
        report.incarnation = 7
        report.process = 4711
        report.announcesReadiness = true
        report.startDeadline = MonotonicTime(nanoseconds: .max)
        report.text = "übergibt"
        return report
    }()

    static let frames: [Frame] = [
        .hello(.max), .status(report), .complete, .heartbeat, .removed("portal-1@a"), .goodbye, .reload,
        .stop,
    ]

    /// What a decoder makes of bytes that come in pieces.
    private func decode(_ pieces: [ArraySlice<UInt8>]) throws -> [Frame] {
        var decoder = FrameDecoder<Frame>()
        var frames: [Frame] = []
        for piece in pieces {
            decoder.add(Array(piece).span)
            while let frame = try decoder.next() { frames.append(frame) }
        }
        return frames
    }

    @Test(arguments: frames)
    func `a frame comes out as it went in, wherever its bytes are split`(frame: Frame) throws {
        let bytes = frame.encoded
        #expect(bytes.count <= Frame.maximumBytes + 4)
        for place in 0...bytes.count {
            #expect(try decode([bytes[..<place], bytes[place...]]) == [frame])
        }
    }

    @Test func `frames follow each other byte by byte`() throws {
        let bytes = Self.frames.flatMap(\.encoded)
        #expect(try decode(bytes.indices.map { bytes[$0...$0] }) == Self.frames)
        #expect(try decode([bytes[...]]) == Self.frames)
    }

    @Test(
        arguments: [ServiceReason](
            [
                .none, .ended(.exited(3)), .ended(.killed(11)), .ended(.unknown), .startTimeout, .watchdog,
                .addressTaken,
                .cannotStart(2), .stopped, .stopping, .replaced, .dependencies,
            ]))
    func `a report carries its reason`(reason: ServiceReason) throws {
        var report = Self.report
        report.reason = reason
        #expect(try decode([Frame.status(report).encoded[...]]) == [.status(report)])
        #expect(!reason.description.isEmpty)
    }

    @Test func `a text that is too long is cut between two characters`() throws {
        var report = Self.report
        report.text = String(repeating: "ü", count: 101)
        guard case .status(let read)? = try decode([Frame.status(report).encoded[...]]).first else {
            Issue.record("no report")
            return
        }
        #expect(read.text == String(repeating: "ü", count: 100))
    }

    @Test func `a frame that is too long, or empty, ends the stream`() {
        for length: UInt32 in [0, 1, 1025, .max] {
            let head = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) }
            #expect(throws: FrameError.length(length)) { try decode([(head + [1, 4])[...]]) }
        }
    }

    @Test func `another version ends the stream, another type is passed over`() throws {
        #expect(throws: FrameError.version(2, expected: 1)) { try decode([[0, 0, 0, 2, 2, 4]]) }
        #expect(try decode([([0, 0, 0, 3, 1, 99, 5] + Frame.heartbeat.encoded)[...]]) == [.heartbeat])
    }

    @Test func `a frame without all that belongs to it ends the stream`() {
        let whole = Array(Frame.status(Self.report).encoded.dropFirst(4))
        for count in 2..<whole.count {
            let bytes = [0, 0, 0, UInt8(count)] + whole.prefix(count)
            #expect(throws: FrameError.content, "\(count) bytes") { try decode([bytes[...]]) }
        }
        #expect(throws: FrameError.content) { try decode([[0, 0, 0, 4, 1, 5, 1, 0xff]]) }
    }

    @Test func `random bytes never trap`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let content = (0..<Int.random(in: 2...90)).map { _ in UInt8.random(in: 0...255, using: &generator)
            }
            let bytes = [0, 0, 0, UInt8(content.count), 1] + content.dropFirst()
            _ = try? decode([bytes[...]])
        }
    }
}
