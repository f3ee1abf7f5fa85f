internal import CFuzzer
internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Platform
internal import Runtime

/// Plays any bytes as what an HTTP/2 client sends after its preface: whole and in pieces they come to the same
/// requests, and every request that is passed on must be a head that HTTP/1.1 takes whole, or say what is wrong.
@main
struct SessionFuzzer {
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
    // After a client's GOAWAY the library reads what has come with it, and no more once nothing is open.
    let isSame = whole.requests.starts(with: pieces.requests)
    precondition(isSame, "the requests depend on how the bytes came")
}

private func play(_ bytes: Span<UInt8>, pieces size: Int) -> Record {
    let record = Record()
    let now = MonotonicTime(nanoseconds: 1)
    // The last bit of the input: what comes first is the length of a frame.
    let settings = settings(allowsWebSocket: bytes[bytes.count - 1] & 1 == 1)
    guard
        let session = try? ServerSession(
            settings, pool: Pool(record), buffers: BufferPool(), at: now)
    else { preconditionFailure("a session can be made") }
    session.receive(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8).span, at: now)
    session.receive([0, 0, 0, 4, 0, 0, 0, 0, 0].span, at: now)
    var start = 0
    while start < bytes.count, session.end == nil {
        let end = min(bytes.count, start + size)
        session.receive(bytes.extracting(start..<end), at: now)
        start = end
    }
    record.end = session.end
    // Only now is anything said: an answer in between would change what the rest of the bytes mean.
    repeat {
        session.deliver()
        session.pump()
        session.sent(session.output?.count ?? 0)
    } while session.hasEvents
    session.close()
    precondition(session.streamCount == 0, "a stream is left behind")
    return record
}

private func settings(allowsWebSocket: Bool) -> SessionSettings {
    var settings = SessionSettings()
    settings.allowsWebSocket = allowsWebSocket
    settings.head.headBytes = 1 << 10
    settings.head.fields = 24
    settings.concurrentStreams = 8
    return settings
}

private final class Record {
    var requests: [[UInt8]] = []
    var end: SessionEnd?
}

private final class Pool: StreamPool {
    private let record: Record

    init(_ record: Record) {
        self.record = record
    }

    override func make() -> ServerStream { Stream(record) }
}

private final class Stream: ServerStream {
    private let record: Record
    private var parser = RequestHeadParser()

    init(_ record: Record) {
        self.record = record
    }

    override func headArrived() {
        guard let head = takeHead() else { preconditionFailure("a request has a head") }
        record.requests.append(head.copied)
        parser.reset()
        if refusal == nil {
            switch parser.parse(head.readable) {
            case .complete(let length): precondition(length == head.count, "something follows the head")
            case .incomplete: preconditionFailure("a head is not whole")
            case .refused: break
            }
        }
        answer()
    }

    /// Interim response, head, content and trailers, as the number of the stream will have it.
    private func answer() {
        if id % 3 == 0 { inform(Array("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n".utf8).span) }
        if id % 5 == 0 { return reset(.cancel) }
        respond(Array("HTTP/1.1 200 OK\r\nContent-Type: a\r\n\r\n".utf8).span, isLast: id % 7 == 0)
        send([UInt8](repeating: 0x61, count: 40_000).span, isLast: false)
        end(trailers: Array("0\r\nX-Sum: 1\r\n\r\n".utf8).span)
    }

    override func inputArrived() {
        let isWhole = isInputOver
        _ = withInput { input in input.consume(isWhole ? input.count : input.count / 2) }
        if isWhole, let trailers {
            var decoder = ChunkedDecoder()
            switch decoder.decode(trailers.readable) {
            case .end(let count): precondition(count == trailers.count, "something follows the trailers")
            case .refused: break
            case .data, .needMore: precondition(refusal != nil, "trailers are not whole")
            }
        }
    }
}
