import TestSupport
import Testing

@testable import HTTP2

/// Frames found by their headers, however the bytes come.
struct FrameScannerTests {
    private static let frames = [
        Frame.settings([(3, 100)]), .headers(Frame.request(), isLast: false),
        .data([1, 2, 3], isLast: false),
        Frame(type: 0x10, [0, 0, 0, 1]), .ping(), .data([], isLast: false), Frame(type: 0xff), .data([4]),
        Frame(.continuation, stream: 1, [1, 2, 3, 4, 5]), .goAway(),
    ]
    private static let expected = FrameScanner.Count(
        data: 3, unknown: 2, fieldBytes: frames[1].payload.count + 5)

    private func count(_ pieces: [ArraySlice<UInt8>], leading: Int = 0) -> FrameScanner.Count {
        var scanner = FrameScanner(leading: leading)
        return pieces.reduce(into: FrameScanner.Count()) { sum, piece in
            let count = scanner.scan(Array(piece).span)
            sum.data += count.data
            sum.unknown += count.unknown
            sum.fieldBytes += count.fieldBytes
        }
    }

    @Test func `frames are counted by their types, split at each byte`() {
        let bytes = Self.frames.flatMap(\.bytes)
        for split in 0...bytes.count {
            #expect(count([bytes[..<split], bytes[split...]]) == Self.expected, "\(split)")
        }
        #expect(count(bytes.indices.map { bytes[$0...$0] }) == Self.expected)
    }

    @Test func `what a client says first is none`() {
        let bytes = Frame.preface + Self.frames.flatMap(\.bytes)
        for split in 0...bytes.count {
            let found = count([bytes[..<split], bytes[split...]], leading: FrameScanner.prefaceBytes)
            #expect(found == Self.expected, "\(split)")
        }
    }

    @Test func `what looks like a frame inside of another is none`() {
        let bytes = Frame(type: 0x20, Frame.data([1]).bytes).bytes
        #expect(count([bytes[...]]) == FrameScanner.Count(unknown: 1))
    }

    @Test func `a frame counts with the last byte of its header, and no earlier`() {
        let bytes = Frame.data([1, 2, 3]).bytes
        #expect(count([bytes[..<8]]) == FrameScanner.Count())
        #expect(count([bytes[..<9]]) == FrameScanner.Count(data: 1))
    }

    @Test(arguments: [Frame.headers(Frame.request()), Frame(.continuation, stream: 1, [1, 2, 3])])
    func `within a field block is between the frame's header and its end`(frame: Frame) {
        let bytes = frame.bytes + Frame.data([1, 2, 3]).bytes
        for split in 0...bytes.count {
            var scanner = FrameScanner()
            _ = scanner.scan(Array(bytes[..<split]).span)
            #expect(scanner.isWithinFields == (9..<frame.bytes.count).contains(split), "\(split)")
        }
    }
}
