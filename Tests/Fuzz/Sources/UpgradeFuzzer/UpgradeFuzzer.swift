internal import CFuzzer
internal import HTTP
internal import HTTP1
internal import Runtime

/// Reads any bytes as a request that may ask for another protocol, or, if the first byte is odd, as a service's answer to
/// one: what is passed on must ask for the same, or agree to the same, and to nothing else.
@main
struct UpgradeFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private let allowed = [Array("websocket".utf8), Array("foo/2".utf8)]
private let proof = Array("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".utf8)

/// Room for what is added to a head that just fits.
private var generous: HeadLimits {
    var limits = HeadLimits()
    limits.headBytes *= 2
    limits.fields *= 2
    limits.targetBytes *= 2
    return limits
}

private func fuzz(_ input: Span<UInt8>) {
    guard input.count > 0 else { return }
    let bytes = input.extracting(1...)
    if input[0] & 1 == 0 { ask(bytes) } else { answer(bytes, method: input[0] & 2 == 0 ? .get : .connect) }
}

// MARK: Requests

private func ask(_ bytes: Span<UInt8>) {
    var parser = RequestHeadParser()
    guard case .complete(let length) = parser.parse(bytes) else { return }
    let wish = UpgradeRequest.read(parser.head, bytes: bytes, allowed: allowed)
    guard case .wanted(let position, let key) = wish else { return }
    precondition(key.isEmpty || key.end <= length, "a nonce beyond the head")
    precondition(!parser.head.framing.hasBody, "a body stands before the bytes of the other protocol")
    let context = ForwardingContext(
        client: Array("2001:db8::1".utf8), port: 443, isSecure: true, isTrusted: false,
        gateway: Array("limpet".utf8))
    let buffer = ByteBuffer(capacity: 4096)
    RequestForwarding.write(parser.head, bytes: bytes, context: context, into: buffer)
    let name = allowed[position]
    UpgradeRequest.append(name.span, key: Span(), to: buffer)
    var again = RequestHeadParser(limits: generous)
    guard case .complete(let written) = again.parse(buffer.readable) else {
        preconditionFailure("a written head is refused")
    }
    precondition(written == buffer.count, "something follows a written head")
    let asked = UpgradeRequest.read(again.head, bytes: buffer.readable, allowed: allowed)
    guard case .wanted(position, let copied) = asked else {
        preconditionFailure("something else is asked for")
    }
    let isSame = equal(copied.bytes(in: buffer.readable), key.bytes(in: bytes))
    precondition(isSame, "another nonce")
}

// MARK: Answers

private func answer(_ bytes: Span<UInt8>, method: HTTP.Method) {
    var parser = ResponseHeadParser()
    parser.reset(for: method, maySwitch: true)
    guard case .complete(let length) = parser.parse(bytes) else { return }
    precondition(length == parser.head.length && length <= bytes.count, "a head longer than what came")
    comparePieces(bytes, method, length)
    let status = parser.head.status
    for name in allowed {
        let goesOver = TunnelResponse.goesOver(parser.head, bytes: bytes, to: name.span)
        precondition(!goesOver || status == 101, "another status goes over")
        guard goesOver || method == .connect && status / 100 == 2 else { continue }
        let hasProof = TunnelResponse.accepts(parser.head, bytes: bytes, with: proof.span)
        write(parser.head, bytes, name: goesOver ? name : [], hasProof: hasProof, client: .switching)
        write(parser.head, bytes, name: goesOver ? name : [], hasProof: hasProof, client: .succeeding)
    }
}

private func comparePieces(_ bytes: Span<UInt8>, _ method: HTTP.Method, _ length: Int) {
    var parser = ResponseHeadParser()
    parser.reset(for: method, maySwitch: true)
    for end in 0..<length {
        let result = parser.parse(bytes.extracting(first: end))
        precondition(result == .incomplete, "the outcome depends on how the bytes came")
    }
    let result = parser.parse(bytes.extracting(first: length))
    precondition(result == .complete(length: length), "the outcome depends on how the bytes came")
}

/// What the client gets agrees to the same, has no body, and on a stream neither proof nor `Upgrade`.
private func write(
    _ head: borrowing ResponseHead, _ bytes: Span<UInt8>, name: [UInt8], hasProof: Bool,
    client: TunnelResponse.Client
) {
    // Over HTTP/1.1 success answers CONNECT, and nothing else does.
    if client == .switching, name.isEmpty { return }
    let context = ResponseContext(gateway: Array("limpet".utf8))
    let buffer = ByteBuffer(capacity: 4096)
    TunnelResponse.write(
        head, bytes: bytes, context: context, for: client, protocol: name.span, into: buffer)
    var again = ResponseHeadParser(limits: generous)
    again.reset(for: client == .switching ? .get : .connect, maySwitch: true)
    guard case .complete(let length) = again.parse(buffer.readable) else {
        preconditionFailure("a written head is refused")
    }
    precondition(length == buffer.count, "something follows a written head")
    precondition(again.head.framing == .none, "a tunnel is framed")
    let written = buffer.readable
    let accepts = TunnelResponse.accepts(again.head, bytes: written, with: proof.span)
    switch client {
    case .switching:
        precondition(again.head.status == 101, "another status")
        let goesOver = TunnelResponse.goesOver(again.head, bytes: written, to: name.span)
        precondition(goesOver && accepts == hasProof, "another consent")
    case .succeeding:
        precondition(again.head.status == 200 && !accepts, "another consent")
        precondition(again.head.fields.firstIndex(of: .upgrade) == nil, "a stream has no Upgrade")
    }
}

private func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
}
