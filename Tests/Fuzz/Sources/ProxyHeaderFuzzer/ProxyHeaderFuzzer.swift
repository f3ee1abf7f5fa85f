internal import CFuzzer
internal import ProxyProtocol

/// Judges any bytes as a PROXY header; a part of them must be incomplete, or judged like the whole.
@main
struct ProxyHeaderFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private func fuzz(_ bytes: Span<UInt8>) {
    let whole = ProxyHeaderParser.parse(bytes)
    if case .complete(_, let length) = whole {
        precondition(length <= bytes.count, "a header longer than what came")
    }
    if bytes.count > ProxyHeaderParser.maximumBytes {
        precondition(whole != .incomplete, "a header without end")
    }
    for end in 0..<min(bytes.count, 300) {
        let part = ProxyHeaderParser.parse(bytes.extracting(first: end))
        precondition(part == .incomplete || part == whole, "the outcome depends on how the bytes came")
    }
}
