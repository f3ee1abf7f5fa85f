import HTTP2
import TestSupport
import Testing

/// What becomes of a response of HTTP/1.1 (RFC 9113 sections 8.1 and 8.3.2).
struct ResponseTests {
    private func stage(_ requests: [Frame] = [.headers(Frame.request())]) throws -> Stage {
        let stage = try Stage()
        stage.send(requests)
        stage.forget()
        return stage
    }

    @Test func `a head becomes fields in lower case behind the status`() throws {
        let stage = try stage()
        stage.respond(
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nX-A:  b \r\nSet-Cookie: c=d\r\n\r\n")
        #expect(
            stage.fields() == [[":status: 404", "content-type: text/plain", "x-a: b", "set-cookie: c=d"]])
        #expect(stage.frames.count == 1 && stage.hasEnded())
        #expect(stage.log.closed == [1: .noError])
    }

    @Test(arguments: [
        "Connection: close", "Keep-Alive: 5", "Proxy-Connection: close", "Transfer-Encoding: chunked",
        "Upgrade: h2c",
    ])
    func `a field of a connection stays here`(line: String) throws {
        let stage = try stage()
        stage.respond("HTTP/1.1 200 OK\r\n\(line)\r\nA: b\r\n\r\n")
        #expect(stage.fields() == [[":status: 200", "a: b"]])
    }

    @Test func `content that stands behind the head follows it at once`() throws {
        let stage = try stage()
        stage.respond("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy")
        #expect(stage.content() == Array("busy".utf8))
        #expect(stage.frames.count == 2 && stage.hasEnded())
    }

    @Test func `content goes out as it comes, the last of it with the end`() throws {
        let stage = try stage()
        stage.respond("HTTP/1.1 200 OK\r\n\r\n", isLast: false)
        #expect(stage.frames.count == 1 && !stage.hasEnded())
        stage.stream()?.send([1, 2].span, isLast: false)
        stage.settle()
        #expect(stage.content() == [1, 2] && !stage.hasEnded())
        stage.stream()?.send([3].span, isLast: true)
        stage.settle()
        #expect(stage.content() == [1, 2, 3] && stage.hasEnded())
        #expect(stage.dataFrames().count == 2)
    }

    @Test func `an end without content is an empty frame`() throws {
        let stage = try stage()
        stage.respond("HTTP/1.1 200 OK\r\n\r\n", isLast: false)
        stage.stream()?.end()
        stage.settle()
        #expect(stage.dataFrames().map(\.payload) == [[]] && stage.hasEnded())
    }

    @Test func `trailers follow the content and end the stream`() throws {
        let stage = try stage()
        stage.respond("HTTP/1.1 200 OK\r\n\r\n", isLast: false)
        stage.stream()?.send([1].span, isLast: false)
        stage.stream()?.end(trailers: Array("0\r\nGrpc-Status: 0\r\n\r\n".utf8).span)
        stage.settle()
        #expect(stage.fields() == [[":status: 200"], ["grpc-status: 0"]])
        #expect(stage.frames.last?.type == FrameType.headers.rawValue && stage.hasEnded())
        #expect(stage.content() == [1])
    }

    @Test func `interim responses come before the final one`() throws {
        let stage = try stage()
        stage.stream()?.inform(Array("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n".utf8).span)
        stage.respond("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(stage.fields() == [[":status: 103", "link: <a>"], [":status: 204"]])
    }

    @Test func `nothing is said after the end, nor a second response`() throws {
        let stage = try stage([.headers(Frame.request("POST"), isLast: false)])
        stage.respond("HTTP/1.1 200 OK\r\n\r\n", isLast: false)
        stage.respond("HTTP/1.1 500 No\r\n\r\n")
        stage.stream()?.send([1].span, isLast: true)
        stage.stream()?.send([2].span, isLast: true)
        stage.stream()?.end()
        stage.settle()
        #expect(stage.fields() == [[":status: 200"]] && stage.content() == [1])
    }

    @Test func `a response before the end of its request stops the request`() throws {
        let stage = try stage([.headers(Frame.request("POST"), isLast: false)])
        stage.respond("HTTP/1.1 413 Content Too Large\r\n\r\n")
        #expect(stage.hasEnded())
        #expect(stage.resets() == [.noError])
        #expect(stage.log.closed == [1: .noError])
        #expect(stage.isAlive())
    }

    @Test func `a client that has sent all that it announced may still say that it was all`() throws {
        let length = [("content-length", "2")]
        let stage = try stage([
            .headers(Frame.request("POST") + length, isLast: false), .data([1, 2], isLast: false),
        ])
        stage.respond("HTTP/1.1 200 OK\r\n\r\n")
        #expect(stage.hasEnded() && stage.resets().isEmpty)
        #expect(stage.session.streamCount == 1)
        stage.send([.data([])])
        #expect(stage.log.closed == [1: .noError] && stage.session.streamCount == 0)
        #expect(stage.isAlive())
        // Who has announced more is told to stop.
        stage.send([
            .headers(Frame.request("POST") + length, on: 3, isLast: false), .data([1], on: 3, isLast: false),
        ])
        stage.respond("HTTP/1.1 200 OK\r\n\r\n", on: 3)
        #expect(stage.resets(of: 3) == [.noError])
    }

    @Test func `who never says that it was all is counted among the streams, and leaves with the connection`()
        throws
    {
        var settings = SessionSettings()
        settings.concurrentStreams = 3
        let stage = try Stage(settings)
        for id in [1, 3, 5] as [UInt32] {
            let fields = Frame.request("POST") + [("content-length", "0")]
            stage.send([.headers(fields, on: id, isLast: false)])
            stage.respond("HTTP/1.1 200 OK\r\n\r\n", on: Int32(id))
        }
        #expect(stage.session.streamCount == 3)
        stage.send([.headers(Frame.request(), on: 7)])
        #expect(stage.goAways == [.protocolError])
        stage.session.close()
        #expect(stage.session.streamCount == 0)
    }

    @Test func `many streams are answered side by side`() throws {
        let stage = try stage([1, 3, 5].map { .headers(Frame.request(), on: $0) })
        for id in [5, 1, 3] as [Int32] {
            stage.stream(id)?.respond(Array("HTTP/1.1 200 OK\r\n\r\n\(id)".utf8).span, isLast: true)
        }
        stage.settle()
        for id in [1, 3, 5] as [UInt32] {
            #expect(stage.content(on: id) == Array("\(id)".utf8) && stage.hasEnded(id))
        }
        #expect(stage.session.streamCount == 0)
    }

    @Test func `a head of many fields is sent whole`() throws {
        let stage = try stage()
        let lines = (0..<90).map { "X-\($0): \(String(repeating: "v", count: 300))" }
        stage.respond("HTTP/1.1 200 OK\r\n\(lines.joined(separator: "\r\n"))\r\n\r\n")
        #expect(stage.frames.contains { $0.type == FrameType.continuation.rawValue })
        let block = stage.frames.flatMap(\.payload)
        #expect(FieldDecoder().decode(block)?.count == 91)
    }
}
