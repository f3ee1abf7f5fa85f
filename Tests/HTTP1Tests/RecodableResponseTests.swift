import HTTP
import Runtime
import Testing

@testable import HTTP1

/// Which responses may be compressed, and what their heads say then.
@Suite struct RecodableResponseTests {
    private func allows(
        _ fields: String, status: Int = 200, type: String = "Content-Type: text/html\r\n", minimum: Int = 10,
        to method: HTTP.Method = .get
    ) throws -> Bool {
        let bytes = Array("HTTP/1.1 \(status) OK\r\n\(type)\(fields)\r\n".utf8)
        var parser = ResponseHeadParser()
        parser.reset(for: method)
        guard case .complete = parser.parse(bytes.span) else { throw Unreadable(text: fields) }
        let types = ["text/*", "application/json"].map { Array($0.utf8) }
        return RecodableResponse.allows(parser.head, bytes: bytes.span, types: types, minimumBytes: minimum)
    }

    @Test(arguments: [
        "Content-Type: text/html", "Content-Type: TEXT/Plain; charset=utf-8",
        "Content-Type: application/json",
        "content-type: application/json ;a=b",
    ])
    func `suitable types are compressed`(type: String) throws {
        #expect(try allows("", type: type + "\r\n"))
        #expect(try allows("Content-Length: 10\r\n", type: type + "\r\n"))
        #expect(try allows("", status: 404, type: type + "\r\n"))
    }

    @Test(arguments: [
        "", "Content-Type: image/png\r\n", "Content-Type: text\r\n", "Content-Type: text/\r\n",
        "Content-Type: application/jsonp\r\n", "Content-Type: application/jso\r\n", "Content-Type:\r\n",
        "Content-Type: text/html\r\nContent-Type: text/html\r\n", "X-Content-Type: text/html\r\n",
    ])
    func `other types are not`(type: String) throws {
        #expect(try !allows("", type: type))
    }

    @Test(arguments: [
        "Content-Encoding: gzip\r\n", "Content-Encoding: identity\r\n", "Content-Range: bytes 0-1/2\r\n",
        "Cache-Control: private, No-Transform\r\n", "Content-MD5: x\r\n", "Content-Digest: x\r\n",
        "Repr-Digest: x\r\n", "Digest: x\r\n", "Content-Length: 9\r\n", "Content-Length: 0\r\n",
    ])
    func `what has a coding, is forbidden, signed or small is not`(field: String) throws {
        #expect(try !allows(field))
    }

    @Test func `parts and what has no content are not`() throws {
        for status in [204, 206, 304] { #expect(try !allows("", status: status)) }
        #expect(try !allows("", to: .head))
        #expect(try !allows("Content-Length: 0\r\n", minimum: 0))
    }

    private func rewritten(_ fields: String, coding: StaticString = "gzip") -> String {
        let buffer = ByteBuffer(capacity: 64)
        RecodedHead.write(Array("HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8).span, coding: coding, into: buffer)
        return String(decoding: buffer.copied, as: UTF8.self)
    }

    @Test func `a compressed response says so`() {
        #expect(
            rewritten("A: b\r\nETag: \"x\"\r\nAccept-Ranges: bytes\r\nVary: Cookie\r\n")
                == "HTTP/1.1 200 OK\r\nA: b\r\nETag: W/\"x\"\r\nVary: Cookie\r\nContent-Encoding: gzip\r\n"
                + "Vary: Accept-Encoding\r\n\r\n")
        #expect(rewritten("etag: W/\"x\"\r\n").contains("ETag: W/\"x\"\r\n"))
    }

    @Test(arguments: ["Vary: *", "vary: Cookie, accept-encoding"])
    func `what varies already is not said again`(field: String) {
        #expect(rewritten(field + "\r\n") == "HTTP/1.1 200 OK\r\n\(field)\r\nContent-Encoding: gzip\r\n\r\n")
    }

    @Test func `what stays as it is only varies`() {
        #expect(
            rewritten("ETag: \"x\"\r\nAccept-Ranges: bytes\r\n", coding: "")
                == "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nAccept-Ranges: bytes\r\nVary: Accept-Encoding\r\n\r\n")
    }
}
