import HTTP
import Runtime
import Testing

@testable import HTTP1

/// What services say to requests that ask for something other than HTTP.
@Suite struct TunnelResponseTests {
    /// Reads `text` as the answer to a request of `method` that may be answered with 101.
    private func read<Result>(
        _ text: String, to method: HTTP.Method = .get,
        _ body: (borrowing ResponseHead, Span<UInt8>) -> Result
    ) throws -> Result {
        let bytes = Array(text.utf8)
        var parser = ResponseHeadParser()
        parser.reset(for: method, maySwitch: true)
        guard case .complete = parser.parse(bytes.span) else { throw Unreadable(text: text) }
        return body(parser.head, bytes.span)
    }

    private func goesOver(_ text: String, to name: String = "websocket") throws -> Bool {
        try read(text) { TunnelResponse.goesOver($0, bytes: $1, to: Array(name.utf8).span) }
    }

    @Test func `101 with the protocol that was asked for goes over to it`() throws {
        #expect(try goesOver("HTTP/1.1 101 Switching\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n"))
        #expect(
            try goesOver("HTTP/1.1 101 \r\nConnection: x, upgrade\r\nupgrade: foo/2\r\n\r\n", to: "foo/2"))
    }

    @Test(arguments: [
        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket, h2c\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.0 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    ])
    func `nothing else does`(text: String) throws {
        #expect(try !goesOver(text))
    }

    @Test func `101 that was not asked for is refused`() {
        let text = "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
        #expect(readResponse(text) == .refused(.unsolicitedSwitch))
    }

    @Test func `the service proves that it has read the nonce`() throws {
        let proof = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        func accepts(_ fields: String) throws -> Bool {
            try read("HTTP/1.1 101 Switching\r\n\(fields)\r\n") {
                TunnelResponse.accepts($0, bytes: $1, with: Array(proof.utf8).span)
            }
        }
        #expect(try accepts("Sec-WebSocket-Accept: \(proof)\r\n"))
        #expect(try !accepts(""))
        #expect(try !accepts("Sec-WebSocket-Accept: \(proof.lowercased())\r\n"))
        #expect(try !accepts("Sec-WebSocket-Accept: \(proof)=\r\n"))
        #expect(try !accepts("Sec-WebSocket-Accept: \(proof)\r\nSec-WebSocket-Accept: \(proof)\r\n"))
        #expect(
            try !accepts("Connection: Sec-WebSocket-Accept\r\nSec-WebSocket-Accept: \(proof)\r\n"))
    }

    @Test func `success after CONNECT has no content, whatever it says`() throws {
        for fields in ["", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"] {
            let framing = try read("HTTP/1.1 200 OK\r\n\(fields)\r\n", to: .connect) { head, _ in
                head.framing
            }
            #expect(framing == .none)
        }
        let refused = try read("HTTP/1.1 403 No\r\nContent-Length: 5\r\n\r\n", to: .connect) { head, _ in
            head.framing
        }
        #expect(refused == .length(5))
    }

    private func written(
        _ text: String, for client: TunnelResponse.Client, cookies: String = ""
    ) throws -> String {
        var context = ResponseContext(gateway: Array("gate".utf8))
        context.cookies = Array(cookies.utf8)
        let output = ByteBuffer(capacity: 64)
        let bytes = Array(text.utf8)
        var parser = ResponseHeadParser()
        parser.reset(for: .get, maySwitch: true)
        guard case .complete = parser.parse(bytes.span) else { throw Unreadable(text: text) }
        TunnelResponse.write(
            parser.head, bytes: bytes.span, context: context, for: client,
            protocol: Array("websocket".utf8).span, into: output)
        return String(decoding: output.copied, as: UTF8.self)
    }

    private static let answer =
        "HTTP/1.1 101 Why Not\r\nUpgrade: websocket\r\nConnection: upgrade, X-Own\r\nX-Own: 1\r\n"
        + "Keep-Alive: timeout=5\r\nContent-Length: 7\r\nSec-WebSocket-Accept: abc\r\n"
        + "Sec-WebSocket-Protocol: chat\r\nDate: today\r\n\r\n"

    @Test func `the client of HTTP 1.1 gets what is its own, and the protocol's name`() throws {
        #expect(
            try written(Self.answer, for: .switching, cookies: "Set-Cookie: a=b\r\n")
                == "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: abc\r\n"
                + "Sec-WebSocket-Protocol: chat\r\nDate: today\r\nVia: 1.1 gate\r\n"
                + "Connection: upgrade\r\nUpgrade: websocket\r\nSet-Cookie: a=b\r\n\r\n")
    }

    @Test func `the client of HTTP 2 gets success`() throws {
        #expect(
            try written(Self.answer, for: .succeeding)
                == "HTTP/1.1 200 OK\r\nSec-WebSocket-Protocol: chat\r\nDate: today\r\nVia: 1.1 gate\r\n\r\n")
    }
}
