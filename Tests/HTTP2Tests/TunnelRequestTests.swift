import HTTP
import HTTP2
import TestSupport
import Testing

/// Tunnels that are asked for on a stream to a service (RFC 8441; RFC 9113 section 8.5).
struct TunnelRequestTests {
    private static let upgrade =
        "GET /chat HTTP/1.1\r\nHost: a.example\r\nX-A: b\r\nSec-WebSocket-Version: 13\r\n"
        + "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhl\r\n\r\n"
    private static let connect = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nX-A: b\r\n\r\n"
    private static let webSocket = TunnelForm.webSocket(acceptance: Array("proof".utf8))

    @Test func `an upgrade to WebSocket becomes CONNECT in its extended form, without a nonce`() throws {
        let stage = try RequestStage(greets: [(8, 1)])
        #expect(stage.session.hasSettings && stage.session.allowsExtendedConnect)
        stage.request(Self.upgrade, isLast: false, tunnel: Self.webSocket)
        #expect(
            stage.fields() == [
                [
                    ":method: CONNECT", ":protocol: websocket", ":scheme: http", ":path: /chat",
                    ":authority: a.example", "x-a: b", "sec-websocket-version: 13",
                ]
            ])
        #expect(!stage.frames[0].has(Frame.endStream))
    }

    @Test(arguments: ["Host: a.example:443\r\n", ""])
    func `CONNECT has an authority, and neither scheme nor path`(host: String) throws {
        let stage = try RequestStage()
        #expect(!stage.session.allowsExtendedConnect)
        stage.request(
            "CONNECT a.example:443 HTTP/1.1\r\n\(host)X-A: b\r\n\r\n", isLast: false, tunnel: .connect)
        #expect(stage.fields() == [[":method: CONNECT", ":authority: a.example:443", "x-a: b"]])
    }

    @Test func `before the service has said what it allows nothing is allowed`() throws {
        let stage = try RequestStage(greets: nil)
        #expect(!stage.session.hasSettings && !stage.session.allowsExtendedConnect)
        stage.send([.settings([(8, 1)])])
        #expect(stage.session.hasSettings && stage.session.allowsExtendedConnect)
    }

    @Test func `success is the consent that an upgrade waits for`() throws {
        let stage = try RequestStage(greets: [(8, 1)])
        let stream = stage.request(Self.upgrade, isLast: false, tunnel: Self.webSocket)
        stage.send([
            .headers(
                [(":status", "200"), ("x-a", "b"), ("sec-websocket-accept", "forged")], isLast: false),
            .data(Array("hello".utf8), isLast: false),
        ])
        #expect(
            stream.text
                == "HTTP/1.1 101 \r\nx-a: b\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: proof\r\n\r\n"
        )
        #expect(stream.readContent() == Array("hello".utf8) && !stream.isInputOver)
        stream.send(Array("there".utf8).span, isLast: false)
        stage.settle()
        #expect(!stream.hasSaidAll)
        stream.end()
        stage.send([.data([])])
        #expect(stream.isInputOver && stream.isClosed && stream.hasSaidAll)
        let data = stage.frames.filter { $0.type == FrameType.data.rawValue }
        #expect(data.flatMap(\.payload) == Array("there".utf8) && data.last?.has(Frame.endStream) == true)
    }

    @Test func `CONNECT succeeds without framing`() throws {
        let stage = try RequestStage()
        let stream = stage.request(Self.connect, isLast: false, tunnel: .connect)
        stage.send([.headers([(":status", "204"), ("x-a", "b")], isLast: false)])
        #expect(stream.text == "HTTP/1.1 204 \r\nx-a: b\r\n\r\n" && stream.refusal == nil)
    }

    @Test(arguments: [true, false])
    func `a tunnel has no trailers`(isUpgrade: Bool) throws {
        let stage = try RequestStage(greets: [(8, 1)])
        let stream = stage.request(
            isUpgrade ? Self.upgrade : Self.connect, isLast: false,
            tunnel: isUpgrade ? Self.webSocket : .connect)
        stage.send([
            .headers([(":status", "200")], isLast: false), .data(Array("hello".utf8), isLast: false),
            .headers([("x-sum", "1")]),
        ])
        #expect(stage.resets() == [.protocolError])
        #expect(stream.isClosed && stream.hasFault && !stream.isInputOver)
        #expect(stage.isAlive())
    }

    @Test func `what is no success is an answer like any other`() throws {
        let stage = try RequestStage(greets: [(8, 1)])
        let first = stage.request(Self.upgrade, isLast: false, tunnel: Self.webSocket)
        let second = stage.request(Self.connect, isLast: false, tunnel: .connect)
        stage.send([
            .headers([(":status", "403")]), .headers([(":status", "302")], on: 3, isLast: false),
        ])
        #expect(first.text == "HTTP/1.1 403 \r\ncontent-length: 0\r\n\r\n")
        #expect(second.text == "HTTP/1.1 302 \r\ntransfer-encoding: chunked\r\n\r\n")
    }
}
