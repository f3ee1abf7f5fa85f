internal import CFuzzer
internal import Framing
internal import StatusFrames

/// Reads any bytes as what a node manager and a gateway say to each other: whole and in pieces they come to the same
/// frames, and each, written anew, is read as the same.
@main
struct StatusFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private func fuzz(_ bytes: Span<UInt8>) {
    guard bytes.count > 0 else { return }
    let whole = Reading(of: bytes, pieces: bytes.count)
    let pieces = Reading(of: bytes, pieces: Int(bytes[0] & 15) + 1)
    precondition(whole == pieces, "the frames depend on how the bytes came")
    for frame in whole.frames {
        let encoded = frame.encoded
        let again = Reading(of: encoded.span, pieces: encoded.count)
        precondition(again == Reading(frames: [frame]), "a frame is not read as it was written")
    }
}

private struct Reading: Equatable {
    var frames: [Frame]
    var fault: FrameError?

    init(frames: [Frame]) {
        self.frames = frames
    }

    init(of bytes: Span<UInt8>, pieces size: Int) {
        frames = []
        var decoder = FrameDecoder<Frame>()
        var start = 0
        do {
            while start < bytes.count {
                let end = min(bytes.count, start + size)
                decoder.add(bytes.extracting(start..<end))
                while let frame = try decoder.next() { frames.append(frame) }
                start = end
            }
        } catch {
            fault = error
        }
    }
}
