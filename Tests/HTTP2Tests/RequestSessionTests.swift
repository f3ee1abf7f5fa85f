import HTTP
import HTTP2
import TestSupport
import Testing

/// Requests that leave, and what services say to them (RFC 9113 section 8).
struct RequestSessionTests {
    private static let ok = [(":status", "200")]

    @Test func `a head becomes pseudo-header fields and fields in lower case`() throws {
        let stage = try RequestStage()
        stage.request(
            "GET /a?b HTTP/1.1\r\nX-A: b\r\nHost: a.example\r\nConnection: close\r\nCookie: c=d\r\n\r\n",
            acceptsTrailers: true)
        #expect(
            stage.fields() == [
                [
                    ":method: GET", ":scheme: http", ":path: /a?b", ":authority: a.example", "x-a: b",
                    "cookie: c=d", "te: trailers",
                ]
            ])
        #expect(stage.frames.count == 1 && stage.frames[0].has(Frame.endStream))
    }

    @Test func `without Host there is no authority`() throws {
        let stage = try RequestStage()
        stage.request("GET / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n")
        #expect(stage.fields() == [[":method: GET", ":scheme: http", ":path: /", "a: b", "c: d"]])
    }

    @Test func `content and trailers follow the head`() throws {
        let stage = try RequestStage()
        let stream = stage.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", isLast: false)
        stream.send(Array("hello".utf8).span, isLast: false)
        stage.settle()
        stream.end(trailers: Array("0\r\nT: v\r\n\r\n".utf8).span)
        stage.settle()
        let data = stage.frames.filter { $0.type == FrameType.data.rawValue }
        #expect(data.flatMap(\.payload) == Array("hello".utf8))
        #expect(stage.fields().last == ["t: v"])
        #expect(stage.frames.last?.has(Frame.endStream) == true)
    }

    @Test(arguments: [false, true])
    func `a response becomes a head, content and trailers of HTTP/1`(inPieces: Bool) throws {
        let stage = try RequestStage()
        let stream = stage.request()
        stage.send(
            [
                .headers([(":status", "103"), ("link", "</a>")], isLast: false),
                .headers(Self.ok + [("x-a", "b")], isLast: false),
                .data(Array("hello".utf8), isLast: false), .headers([("grpc-status", "0")]),
            ], inPieces: inPieces)
        #expect(
            stream.text
                == "HTTP/1.1 103 \r\nlink: </a>\r\n\r\nHTTP/1.1 200 \r\nx-a: b\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        #expect(stream.isInputOver && stream.isClosed && stream.refusal == nil)
        #expect(stream.readContent() == Array("hello".utf8))
        #expect(stream.trailerText == "0\r\ngrpc-status: 0\r\n\r\n")
        #expect(!stream.isFree)
        stream.leave()
        stage.settle()
        #expect(stream.isFree && stage.session.streamCount == 0)
    }

    @Test func `a response without content says so`() throws {
        let stage = try RequestStage()
        let get = stage.request()
        let head = stage.request("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        let empty = stage.request()
        stage.send([
            .headers(Self.ok), .headers(Self.ok + [("content-length", "5")], on: 3),
            .headers([(":status", "204")], on: 5),
        ])
        #expect(get.text == "HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n")
        #expect(head.text == "HTTP/1.1 200 \r\ncontent-length: 5\r\n\r\n" && head.refusal == nil)
        #expect(empty.text == "HTTP/1.1 204 \r\n\r\n")
    }

    @Test(arguments: [
        [("x", "y")], [(":status", "20")], [(":status", "101")], [(":status", "999")],
        [(":status", "200"), (":status", "200")], [("a", "b"), (":status", "200")],
        [(":status", "200"), ("A", "b")], [(":status", "200"), ("a", "b\nc")],
        [(":status", "200"), ("connection", "close")],
        [(":status", "200"), ("transfer-encoding", "chunked")],
        [(":status", "200"), (":path", "/")], [(":status", "200"), ("content-length", "5")],
    ])
    func `what is no response ends its stream alone`(fields: [(String, String)]) throws {
        let stage = try RequestStage()
        let stream = stage.request()
        let other = stage.request()
        stage.send([.headers(fields)])
        #expect(stage.resets() == [.protocolError])
        #expect(stream.refusal != nil || stream.hasFault)
        #expect(!stream.isUnprocessed)
        stage.send([.headers(Self.ok, on: 3)])
        #expect(other.isInputOver && stage.isAlive())
    }

    @Test func `content beyond content-length ends the stream`() throws {
        let stage = try RequestStage()
        let stream = stage.request()
        stage.send([
            .headers(Self.ok + [("content-length", "1")], isLast: false), .data([1, 2], isLast: true),
        ])
        #expect(stage.resets() == [.protocolError] && stream.hasFault && stream.isClosed)
    }

    @Test func `interim responses are few`() throws {
        let stage = try RequestStage()
        let stream = stage.request()
        stage.send((0..<20).map { _ in .headers([(":status", "103")], isLast: false) })
        #expect(stage.resets() == [.protocolError] && stream.refusal != nil)
        #expect(stage.isAlive())
    }

    @Test func `heads beyond all measure end the stream`() throws {
        let stage = try RequestStage()
        let stream = stage.request()
        let large = String(repeating: "x", count: 15_000)
        var block = FieldBlock.indexed("a", "b") + FieldBlock.literal(Self.ok)
        for number in 0..<3 { block += FieldBlock.literal([("x-\(number)", large)]) }
        let parts = stride(from: 0, to: block.count, by: 16_000).map {
            Array(block[$0..<min($0 + 16_000, block.count)])
        }
        stage.send(
            parts.enumerated().map { index, part in
                let isLast = index == parts.count - 1
                return Frame(
                    index == 0 ? .headers : .continuation, flags: isLast ? Frame.endHeaders : 0, stream: 1,
                    part)
            })
        #expect(stream.refusal != nil || stream.hasFault)
    }

    @Test func `floods end the connection`() throws {
        for flood in [
            (0..<5_000).map { _ in Frame.settings() }, (0..<5_000).map { _ in Frame.ping() },
            (0..<5_000).map { _ in Frame.data([], isLast: false) },
        ] {
            let stage = try RequestStage()
            let stream = stage.request()
            stage.send([.headers(Self.ok, isLast: false)] + flood)
            #expect(stage.goAways == [.enhanceYourCalm])
            stage.session.close()
            #expect(stream.isClosed)
        }
    }

    @Test func `refused streams may be asked for again`() throws {
        let stage = try RequestStage()
        let stream = stage.request()
        stage.send([.reset(code: ErrorCode.refusedStream.rawValue)])
        #expect(stream.isClosed && stream.isUnprocessed)
        let other = stage.request()
        stage.send([.reset(3, code: ErrorCode.internalError.rawValue)])
        #expect(other.isClosed && !other.isUnprocessed)
    }

    @Test func `a goodbye names what was processed and ends nothing else`() throws {
        let stage = try RequestStage()
        let first = stage.request()
        let second = stage.request()
        stage.send([Frame(.goAway, Frame.number(1) + Frame.number(0))])
        #expect(!first.isClosed && second.isClosed && second.isUnprocessed)
        #expect(stage.session.room == 0 && !stage.session.isOpen)
        stage.send([.headers(Self.ok)])
        #expect(first.isInputOver)
    }

    @Test func `as many streams are open as both sides allow`() throws {
        let stage = try RequestStage(greets: [(3, 2)])
        #expect(stage.session.room == 2)
        stage.request()
        stage.request()
        #expect(stage.session.room == 0)
        stage.request()
        #expect(stage.fields().count == 2)
    }

    @Test func `who loses interest cancels its stream alone`() throws {
        let stage = try RequestStage()
        let stream = stage.request()
        stream.reset(.cancel)
        stream.leave()
        stage.settle()
        #expect(stage.resets() == [.cancel] && stream.isFree && stage.isAlive())
    }

    @Test func `windows open as content is used`() throws {
        var settings = SessionSettings()
        settings.streamWindowBytes = 65_535
        let stage = try RequestStage(settings)
        let stream = stage.request()
        stage.send([.headers(Self.ok, isLast: false)])
        stage.forget()
        stage.send((0..<3).map { _ in .data([UInt8](repeating: 1, count: 16_000), isLast: false) })
        #expect(stage.frames.isEmpty && stream.inputCount == 48_000)
        #expect(stream.readContent().count == 48_000)
        stage.settle()
        #expect(stage.frames.contains { $0.type == FrameType.windowUpdate.rawValue && $0.stream == 1 })
    }

    @Test func `what has come can be used after the connection has gone`() throws {
        let stage = try RequestStage()
        let stream = stage.request()
        stage.send([.headers(Self.ok, isLast: false), .data([1, 2, 3])])
        stage.session.close()
        #expect(stream.isInputOver && stream.readContent() == [1, 2, 3])
        stream.leave()
        #expect(stream.isFree)
    }
}
