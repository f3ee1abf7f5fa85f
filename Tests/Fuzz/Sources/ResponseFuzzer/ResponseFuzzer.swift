internal import CFuzzer
internal import HTTP
internal import HTTP1
internal import Runtime

/// Reads any bytes as a response to a request whose method the first byte chooses, whole and byte by byte,
/// and forwards what is accepted to clients of both versions: what is written must be accepted again and mean
/// the same.
@main
struct ResponseFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private func fuzz(_ input: Span<UInt8>) {
    guard input.count > 0 else { return }
    let method: HTTP.Method = input[0] & 1 == 0 ? .get : .head
    let bytes = input.extracting(1..<input.count)
    var limits = HeadLimits()
    limits.headBytes = 1 << 10
    limits.fields = 24
    var parser = ResponseHeadParser(limits: limits)
    parser.reset(for: method)
    let whole = parser.parse(bytes)
    comparePieces(bytes, method, limits, whole)
    guard case .complete(let length) = whole else { return }
    precondition(length <= bytes.count && length == parser.head.length, "a head longer than what came")
    forward(parser.head, bytes, method, version: 0)
    forward(parser.head, bytes, method, version: 1)
}

private func comparePieces(
    _ bytes: Span<UInt8>, _ method: HTTP.Method, _ limits: HeadLimits, _ whole: HeadResult
) {
    var parser = ResponseHeadParser(limits: limits)
    parser.reset(for: method)
    for end in 0...bytes.count {
        let result = parser.parse(bytes.extracting(first: end))
        guard result != .incomplete else { continue }
        precondition(result == whole, "the outcome depends on how the bytes came")
        return
    }
    precondition(whole == .incomplete, "the outcome depends on how the bytes came")
}

private func forward(
    _ head: borrowing ResponseHead, _ bytes: Span<UInt8>, _ method: HTTP.Method, version: UInt8
) {
    var context = ResponseContext(gateway: Array("limpet".utf8))
    context.method = method
    context.minorVersion = version
    context.cookies = Array("Set-Cookie: a=b\r\n".utf8)
    let buffer = ByteBuffer(capacity: 4096)
    let plan = ResponseForwarding.write(head, bytes: bytes, context: context, into: buffer)
    guard buffer.count > 0 else { return precondition(head.isInformational && version == 0, "a lost head") }
    var again = ResponseHeadParser()
    again.reset(for: method)
    let result = again.parse(buffer.readable)
    precondition(result == .complete(length: buffer.count), "a written head is refused")
    precondition(again.head.status == head.status, "the status has changed")
    precondition(again.head.framing == plan.framing, "a body is framed otherwise than planned")
    precondition(
        head.isInformational || again.head.isPersistent == plan.isPersistent, "the connection has changed")
}
