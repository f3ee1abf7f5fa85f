internal import CFuzzer
internal import HTTP
internal import HTTP1
internal import Runtime

/// Reads any bytes as a request, whole and byte by byte, and forwards what is accepted: the outcome must not
/// depend on how the bytes came, and what is written must be accepted again and mean the same.
@main
struct RequestFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private func fuzz(_ bytes: Span<UInt8>) {
    var parser = RequestHeadParser(limits: limits)
    let whole = parser.parse(bytes)
    comparePieces(bytes, whole)
    guard case .complete(let length) = whole else { return }
    precondition(length <= bytes.count && length == parser.head.length, "a head longer than what came")
    forward(parser.head, bytes, isTrusted: false)
    forward(parser.head, bytes, isTrusted: true)
    if parser.head.form == .origin { route(parser.head.path.bytes(in: bytes)) }
}

private var limits: HeadLimits {
    var limits = HeadLimits()
    limits.headBytes = 1 << 10
    limits.targetBytes = 256
    limits.fields = 24
    return limits
}

private func comparePieces(_ bytes: Span<UInt8>, _ whole: HeadResult) {
    var parser = RequestHeadParser(limits: limits)
    for end in 0...bytes.count {
        let result = parser.parse(bytes.extracting(first: end))
        guard result != .incomplete else { continue }
        precondition(result == whole, "the outcome depends on how the bytes came")
        return
    }
    precondition(whole == .incomplete, "the outcome depends on how the bytes came")
}

private func forward(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, isTrusted: Bool) {
    var context = ForwardingContext(
        client: Array("2001:db8::1".utf8), port: 443, isSecure: true, isTrusted: isTrusted,
        gateway: Array("limpet".utf8))
    context.affinityCookie = Array("a".utf8)
    let buffer = ByteBuffer(capacity: 4096)
    RequestForwarding.write(head, bytes: bytes, context: context, into: buffer)
    var again = RequestHeadParser()
    let result = again.parse(buffer.readable)
    // Without a Host we write an empty one, which a service may take and we would not.
    if head.authority.isEmpty { return precondition(result == .refused(.badHost), "an empty Host is lost") }
    precondition(result == .complete(length: buffer.count), "a written head is refused")
    precondition(again.head.framing == head.framing, "a body is framed otherwise")
    precondition(again.head.method == head.method, "the method has changed")
    precondition(again.head.isPersistent && again.head.minorVersion == 1, "the connection has changed")
    for index in 0..<again.head.fields.count {
        precondition(!again.head.fields[index].isDropped, "an ambiguous field has passed")
    }
}

/// A routable path begins with a slash, and is its own routable path.
private func route(_ path: Span<UInt8>) {
    let once = ByteBuffer(capacity: 1024)
    guard RoutablePath.write(path, into: once) else { return }
    let twice = ByteBuffer(capacity: 1024)
    let isClear = RoutablePath.write(once.readable, into: twice)
    precondition(isClear && once.count == twice.count && once.readable[0] == 0x2f, "a path is not routable")
    for index in 0..<once.count {
        precondition(once.readable[index] == twice.readable[index], "a path has two routable forms")
    }
}
