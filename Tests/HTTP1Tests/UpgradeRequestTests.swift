import HTTP
import Runtime
import Testing

@testable import HTTP1

/// What requests ask their connection to become.
@Suite struct UpgradeRequestTests {
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let handshake =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n"

    /// What is asked for: `nothing`, a refusal's name, or the protocol and its key.
    private func asked(
        _ fields: String, line: String = "GET / HTTP/1.1", allowed: [String] = ["websocket", "foo/2"],
        needsKey: Bool = true
    ) -> String {
        let bytes = Array("\(line)\r\nHost: a\r\n\(fields)\r\n".utf8)
        var parser = RequestHeadParser()
        guard case .complete = parser.parse(bytes.span) else { return "unreadable" }
        let names = allowed.map { Array($0.utf8) }
        switch UpgradeRequest.read(parser.head, bytes: bytes.span, allowed: names, needsKey: needsKey) {
        case .nothing: return "nothing"
        case .refused(let refusal): return "\(refusal)"
        case .wanted(let position, let key): return "\(allowed[position]) \(key.text(bytes.span))"
        }
    }

    @Test(arguments: [
        handshake,
        "connection: keep-alive, upgrade\r\nupgrade: WebSocket\r\nsec-websocket-key: \(key)\r\nsec-websocket-version: 13\r\n",
        "Connection: Upgrade\r\nUpgrade: bar, websocket\r\nSec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 8\r\n",
        "Upgrade: bar\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n",
    ])
    func `a WebSocket handshake is recognised`(fields: String) {
        #expect(asked(fields) == "websocket \(Self.key)")
    }

    @Test func `the first protocol that is allowed counts`() {
        let both = "Connection: Upgrade\r\nUpgrade: FOO/2, websocket\r\n"
        #expect(asked(both) == "foo/2 ")
        #expect(asked(both, allowed: ["bar"]) == "nothing")
        #expect(asked(both, allowed: ["foo"]) == "nothing")
        #expect(asked(both, allowed: []) == "nothing")
    }

    @Test func `what Connection does not nominate asks for nothing`() {
        #expect(asked("Upgrade: websocket\r\nSec-WebSocket-Key: \(Self.key)\r\n") == "nothing")
        #expect(asked("Connection: close\r\nUpgrade: foo/2\r\n") == "nothing")
        #expect(asked("Connection: Upgrade\r\n") == "nothing")
        #expect(asked("Connection: Upgrade\r\nUpgrade:\r\n") == "nothing")
    }

    @Test func `HTTP 1.0 asks for nothing`() {
        #expect(asked(Self.handshake, line: "GET / HTTP/1.0") == "nothing")
    }

    @Test func `a request with content asks for nothing, unless it is a broken handshake`() {
        #expect(asked("Connection: Upgrade\r\nUpgrade: foo/2\r\nContent-Length: 3\r\n") == "nothing")
        #expect(asked("Connection: Upgrade\r\nUpgrade: foo/2\r\nContent-Length: 0\r\n") == "foo/2 ")
        #expect(asked(Self.handshake + "Content-Length: 3\r\n") == "badWebSocketRequest")
        #expect(asked(Self.handshake + "Transfer-Encoding: chunked\r\n") == "badWebSocketRequest")
    }

    @Test(arguments: [
        "Sec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: \(key)\r\n",
        "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13, 8\r\n",
        "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: x\r\n",
        "Sec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version:\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\nSec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=A\r\nSec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBs-SBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Key:\r\nSec-WebSocket-Version: 13\r\n",
        "Connection: Sec-WebSocket-Key\r\nSec-WebSocket-Key: \(key)\r\nSec-WebSocket-Version: 13\r\n",
    ])
    func `a broken WebSocket handshake is refused`(fields: String) {
        #expect(asked("Connection: Upgrade\r\nUpgrade: websocket\r\n" + fields) == "badWebSocketRequest")
        #expect(Refusal.badWebSocketRequest.status == .badRequest)
    }

    @Test(arguments: ["POST", "HEAD", "OPTIONS", "PUT", "get"])
    func `only GET opens a WebSocket`(method: String) {
        #expect(asked(Self.handshake, line: "\(method) / HTTP/1.1") == "badWebSocketRequest")
    }

    @Test func `where there is no nonce none is asked for`() {
        let fields = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        #expect(asked(fields, needsKey: false) == "websocket ")
        #expect(asked(fields) == "badWebSocketRequest")
    }

    @Test func `what is asked for stands at the end of the head`() {
        let head = ByteBuffer(capacity: 64)
        head.append("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        UpgradeRequest.append(Array("foo/2".utf8).span, key: Span(), to: head)
        #expect(
            String(decoding: head.copied, as: UTF8.self)
                == "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: foo/2\r\n\r\n")
        UpgradeRequest.append(Array("websocket".utf8).span, key: Array(Self.key.utf8).span, to: head)
        #expect(
            String(decoding: head.copied, as: UTF8.self).hasSuffix(
                "Upgrade: websocket\r\nSec-WebSocket-Key: \(Self.key)\r\n\r\n"))
    }
}
