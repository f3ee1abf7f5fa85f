import HTTP
import Runtime
import Testing

@testable import HTTP1

@Suite struct LocalResponseTests {
    private let date = HTTPDate(seconds: 0)

    @Test func `an error is answered with its status`() throws {
        let buffer = ByteBuffer(capacity: 1024)
        LocalResponse.write(.serviceUnavailable, retryAfter: 3, date: date, into: buffer)
        let head = try response(buffer.text)
        #expect(head.start == "503 Service Unavailable")
        #expect(
            head.fields == [
                "Date=Thu, 01 Jan 1970 00:00:00 GMT", "Connection=close", "Retry-After=3",
                "Cache-Control=no-store",
                "Content-Type=text/plain; charset=utf-8", "Content-Length=24",
            ])
        #expect(buffer.text.hasSuffix("\r\n\r\n503 Service Unavailable\n"))
        #expect(buffer.count == head.length + 24)
    }

    @Test func `an answer to HEAD has no body`() throws {
        let buffer = ByteBuffer(capacity: 1024)
        LocalResponse.write(
            .methodNotAllowed, allow: "GET, HEAD", isPersistent: true, headOnly: true, date: date,
            into: buffer)
        let head = try response(buffer.text, to: .head)
        #expect(head.fields.contains("Allow=GET, HEAD"))
        #expect(head.facts.last == "persistent")
        #expect(head.length == buffer.count)
    }

    @Test func `an answer without content has no body fields`() throws {
        let buffer = ByteBuffer(capacity: 1024)
        LocalResponse.write(.noContent, isPersistent: true, date: date, into: buffer)
        #expect(!buffer.text.contains("Content-"))
    }

    @Test(arguments: [
        ("/a?b", UInt16(443), "https://example.com/a?b"), ("/a", 8443, "https://example.com:8443/a"),
        ("", 443, "https://example.com/"),
        ("?x", 443, "https://example.com/?x"), ("*", 443, "https://example.com/"),
    ])
    func `a redirect leads to the same place over TLS`(target: String, port: UInt16, location: String) throws
    {
        let buffer = ByteBuffer(capacity: 1024)
        LocalResponse.writeRedirect(
            .permanentRedirect, host: Array("example.com".utf8).span, port: port,
            target: Array(target.utf8).span, isPersistent: true, date: date,
            into: buffer)
        let head = try response(buffer.text)
        #expect(head.start == "308 Permanent Redirect")
        #expect(head.fields.contains("Location=\(location)"))
    }

    @Test func `the go-ahead is one line`() {
        let buffer = ByteBuffer(capacity: 1024)
        LocalResponse.writeContinue(into: buffer)
        #expect(buffer.text == "HTTP/1.1 100 Continue\r\n\r\n")
    }
}
