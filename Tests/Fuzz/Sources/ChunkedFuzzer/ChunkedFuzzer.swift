internal import CFuzzer
internal import HTTP
internal import HTTP1
internal import Runtime

/// Decodes any bytes as a chunked body, whole and byte by byte: content, trailers, end and refusal must be
/// the same.
@main
struct ChunkedFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private func fuzz(_ bytes: Span<UInt8>) {
    let whole = decode(bytes, step: max(1, bytes.count))
    precondition(decode(bytes, step: 1) == whole, "the outcome depends on how the bytes came")
    precondition(decode(bytes, step: 7) == whole, "the outcome depends on how the bytes came")
}

/// What came of a body.
private struct Outcome: Equatable {
    var content: [UInt8] = []
    var end: Int?
    var trailers: [UInt8] = []
    var refusal: Refusal?
}

private func decode(_ bytes: Span<UInt8>, step: Int) -> Outcome {
    var limits = HeadLimits()
    limits.trailerBytes = 128
    limits.trailerFields = 4
    limits.chunkExtensionBytes = 32
    var decoder = ChunkedDecoder(limits: limits)
    var outcome = Outcome()
    var start = 0
    var end = 0
    while end < bytes.count {
        end = min(bytes.count, end + step)
        var needsMore = false
        while !needsMore {
            let span = bytes.extracting(start..<end)
            switch decoder.decode(span) {
            case .data(let range):
                precondition(!range.isEmpty && range.upperBound <= span.count, "content that did not come")
                for index in range { outcome.content.append(span[index]) }
                start += range.upperBound
            case .needMore(let consumed):
                precondition(consumed <= span.count, "more consumed than came")
                start += consumed
                needsMore = true
            case .end(let consumed):
                precondition(consumed <= span.count, "more consumed than came")
                let buffer = ByteBuffer(capacity: 1024)
                ChunkedEncoding.writeEnd(trailers: decoder.trailers, bytes: span, into: buffer)
                let written = buffer.readable
                for index in written.indices { outcome.trailers.append(written[index]) }
                outcome.end = start + consumed
                return outcome
            case .refused(let refusal):
                outcome.refusal = refusal
                return outcome
            }
        }
    }
    return outcome
}
