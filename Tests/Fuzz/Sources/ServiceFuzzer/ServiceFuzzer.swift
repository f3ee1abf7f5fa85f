internal import CFuzzer
internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Platform
internal import Runtime

/// Plays any bytes as what a service sends on a connection of HTTP/2 with requests of all kinds under way: whole and in
/// pieces they come to the same responses, and every head that is passed on must be one that HTTP/1.1 takes whole, or
/// refuses.
@main
struct ServiceFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private func fuzz(_ bytes: Span<UInt8>) {
    guard bytes.count > 0 else { return }
    let whole = play(bytes, pieces: bytes.count)
    let pieces = play(bytes, pieces: Int(bytes[0] & 15) + 1)
    // How often the library has looked at a field block that it ignores depends on the pieces.
    if whole.end == .abuse(.flood) || pieces.end == .abuse(.flood) { return }
    // After a GOAWAY the library reads what has come with it, and no more once nothing is open.
    for (all, some) in zip(whole.heads, pieces.heads) {
        precondition(all.starts(with: some), "the heads depend on how the bytes came")
    }
}

/// What has come of the bytes.
private struct Record {
    var heads: [[UInt8]] = []
    var end: SessionEnd?
}

private func play(_ bytes: Span<UInt8>, pieces size: Int) -> Record {
    let now = MonotonicTime(nanoseconds: 1)
    guard let session = try? RequestSession(settings, buffers: BufferPool(), at: now) else {
        preconditionFailure("a session can be made")
    }
    let streams = Request.all.map { request in
        let stream = RequestStream()
        stream.begin(
            Array(request.head.utf8).span, on: session, tunnel: request.tunnel, isSecure: true,
            acceptsTrailers: true, isLast: request.isLast)
        return stream
    }
    settle(session)
    var start = 0
    while start < bytes.count, session.end == nil {
        let end = min(bytes.count, start + size)
        session.receive(bytes.extracting(start..<end), at: now)
        start = end
    }
    var record = Record()
    record.end = session.end
    for (stream, request) in zip(streams, Request.all) {
        record.heads.append(stream.head?.copied ?? [])
        if stream.refusal == nil, let head = stream.head {
            read(head, of: request, isWhole: stream.isInputOver)
        }
        if stream.refusal == nil, let trailers = stream.trailers, stream.isInputOver { read(trailers) }
        // What uses content makes windows open, and what says more finds them as they are.
        _ = stream.withInput { input in input.consume(input.count) }
        if !request.isLast {
            stream.send([UInt8](repeating: 0x61, count: 40_000).span, isLast: false)
            stream.end(trailers: Array("0\r\nX-Sum: 1\r\n\r\n".utf8).span)
        }
    }
    settle(session)
    for stream in streams { stream.leave() }
    settle(session)
    session.close()
    precondition(session.streamCount == 0, "a stream is left behind")
    return record
}

private func settle(_ session: RequestSession) {
    repeat {
        session.deliver()
        session.pump()
        session.sent(session.output?.count ?? 0)
    } while session.hasEvents
}

/// Interim heads, and at most one final one; nothing stands between them or behind. Only what an error of the connection has
/// cut off is not whole.
private func read(_ buffer: ByteBuffer, of request: Request, isWhole: Bool) {
    var parser = ResponseHeadParser()
    while !buffer.isEmpty {
        parser.reset(for: request.method, maySwitch: request.tunnel != nil)
        switch parser.parse(buffer.readable) {
        case .complete(let length):
            buffer.consume(length)
            if parser.head.isInformational, parser.head.status != 101 { continue }
            precondition(buffer.isEmpty, "something follows the final head")
        case .incomplete:
            return precondition(!isWhole, "a head is not whole")
        case .refused:
            return
        }
    }
}

private func read(_ trailers: ByteBuffer) {
    var decoder = ChunkedDecoder()
    switch decoder.decode(trailers.readable) {
    case .end(let count): precondition(count == trailers.count, "something follows the trailers")
    case .refused: break
    case .data, .needMore: preconditionFailure("trailers are not whole")
    }
}

private struct Request {
    var head: String
    var method: HTTP.Method
    var tunnel: TunnelForm?
    var isLast: Bool

    static let all = [
        Request(head: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", method: .get, isLast: true),
        Request(head: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", method: .head, isLast: true),
        Request(head: "POST / HTTP/1.1\r\nHost: a\r\n\r\n", method: .post, isLast: false),
        Request(
            head: "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n\r\n",
            method: .get, tunnel: .webSocket(acceptance: Array("proof".utf8)), isLast: false),
        Request(
            head: "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", method: .connect, tunnel: .connect,
            isLast: false),
    ]
}

private var settings: SessionSettings {
    var settings = SessionSettings()
    settings.head.headBytes = 1 << 10
    settings.head.fields = 24
    settings.concurrentStreams = 8
    return settings
}
