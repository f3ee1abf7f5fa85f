internal import Administration
internal import CFuzzer
internal import Framing
internal import Monitoring
internal import Platform

/// Reads any bytes as what comes over the control socket, and as the file of what operators want: whole and in pieces they
/// come to the same frames, and what was read, written anew, is read as the same.
@main
struct ControlFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start {
                let bytes = unsafe Span(_unsafeStart: start, count: count)
                fuzzFrames(bytes)
                fuzzFile(bytes)
            }
            return 0
        }
    }
}

private func fuzzFrames(_ bytes: Span<UInt8>) {
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

private func fuzzFile(_ bytes: Span<UInt8>) {
    var copy = Array("limpet administrative state 1\n".utf8)
    for index in bytes.indices { copy.append(bytes[index]) }
    let clock = ClockPair(
        monotonic: MonotonicTime(nanoseconds: 5_000_000_000_000), milliseconds: 1_764_000_000_000)
    guard let text = String(validating: copy, as: UTF8.self),
        let wishes = try? WishFile.read(text, clock: clock)
    else { return }
    let again = try? WishFile.read(WishFile.write(wishes, clock: clock), clock: clock)
    precondition(again?.map(\.instance) == wishes.map(\.instance), "what was kept is lost")
    precondition(again?.map(\.wish.state) == wishes.map(\.wish.state), "what was kept means something else")
    precondition(again?.map(\.wish.deadline) == wishes.map(\.wish.deadline), "a deadline has moved")
}

private struct Reading: Equatable {
    var frames: [ControlFrame]
    var fault: FrameError?

    init(frames: [ControlFrame]) {
        self.frames = frames
    }

    init(of bytes: Span<UInt8>, pieces size: Int) {
        frames = []
        var decoder = FrameDecoder<ControlFrame>()
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
