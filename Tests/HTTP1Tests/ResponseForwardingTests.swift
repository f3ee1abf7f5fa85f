import HTTP
import Runtime
import Testing

@testable import HTTP1

@Suite struct ResponseForwardingTests {
    private let date = "Date: Thu, 01 Jan 1970 00:00:00 GMT"

    /// The lines that go to the client, and the plan for the body.
    private func forward(
        _ text: String, method: HTTP.Method = .get, version: UInt8 = 1, isPersistent: Bool = true,
        cookies: String = "",
        rules: [FieldRules.Change] = []
    ) throws -> (lines: [String], plan: ResponsePlan) {
        var parser = ResponseHeadParser()
        parser.reset(for: method)
        let bytes = Array(text.utf8)
        guard case .complete = parser.parse(bytes.span) else { throw Unreadable(text: text) }
        var context = ResponseContext(gateway: Array("limpet".utf8))
        context.method = method
        context.minorVersion = version
        context.isPersistent = isPersistent
        context.cookies = Array(cookies.utf8)
        context.rules = try FieldRules(rules)
        let buffer = ByteBuffer(capacity: 1024)
        let plan = ResponseForwarding.write(parser.head, bytes: bytes.span, context: context, into: buffer)
        let written = buffer.text
        if !written.isEmpty { _ = try response(written, to: method) }
        return (written.split(separator: "\r\n").map(String.init), plan)
    }

    @Test func `a plain response is copied`() throws {
        let (lines, plan) = try forward(ok("Date: now", "Content-Length: 5", "A: b"))
        #expect(lines == ["HTTP/1.1 200 OK", "Date: now", "A: b", "Via: 1.1 limpet", "Content-Length: 5"])
        #expect(plan == ResponsePlan(framing: .length(5), isPersistent: true))
    }

    @Test func `hop-by-hop fields are removed`() throws {
        let (lines, _) = try forward(
            ok(
                "Connection: keep-alive, x-mine", "Keep-Alive: 5", "A: b", "Upgrade: x",
                "Proxy-Authenticate: x", "X-Mine: 1", "Date: now", "TE: x",
                "Content-Length: 0", "Trailer: x", "Proxy-Connection: y"))
        #expect(lines == ["HTTP/1.1 200 OK", "A: b", "Date: now", "Via: 1.1 limpet", "Content-Length: 0"])
    }

    @Test func `a date is added where there is none`() throws {
        #expect(try forward(ok("Content-Length: 0")).lines.last == date)
        #expect(try forward(ok("Content-Length: 0", "Connection: date", "Date: x")).lines.last == date)
    }

    @Test func `chunks stay chunks for a client of version 1-1`() throws {
        let (lines, plan) = try forward(ok("Transfer-Encoding: Chunked", "Trailer: X-Sum"))
        #expect(
            lines == [
                "HTTP/1.1 200 OK", "Trailer: X-Sum", "Via: 1.1 limpet", "Transfer-Encoding: chunked", date,
            ])
        #expect(plan == ResponsePlan(framing: .chunked, isPersistent: true))
    }

    @Test func `a body until the end of the connection is chunked`() throws {
        let (lines, plan) = try forward("HTTP/1.0 200 OK\r\n\r\n")
        #expect(lines == ["HTTP/1.1 200 OK", "Via: 1.0 limpet", "Transfer-Encoding: chunked", date])
        #expect(plan == ResponsePlan(framing: .chunked, isPersistent: true))
    }

    @Test func `a client of version 1-0 gets no chunks`() throws {
        for text in [ok("Transfer-Encoding: chunked", "Trailer: x"), ok()] {
            let (lines, plan) = try forward(text, version: 0)
            #expect(lines == ["HTTP/1.1 200 OK", "Via: 1.1 limpet", "Connection: close", date])
            #expect(plan == ResponsePlan(framing: .untilClose, isPersistent: false))
        }
    }

    @Test func `a client of version 1-0 is told that the connection stays`() throws {
        let (lines, plan) = try forward(ok("Content-Length: 1"), version: 0)
        #expect(lines.contains("Connection: keep-alive"))
        #expect(plan.isPersistent)
    }

    @Test func `a client is told that the connection ends`() throws {
        let (lines, plan) = try forward(ok("Content-Length: 1"), isPersistent: false)
        #expect(lines.contains("Connection: close"))
        #expect(!plan.isPersistent)
    }

    @Test func `an answer to HEAD keeps its length, and nothing else frames it`() throws {
        let (lines, plan) = try forward(ok("Content-Length: 12345", "Date: now"), method: .head)
        #expect(lines == ["HTTP/1.1 200 OK", "Content-Length: 12345", "Date: now", "Via: 1.1 limpet"])
        #expect(plan == ResponsePlan(framing: .none, isPersistent: true))
        #expect(try forward(ok("Transfer-Encoding: chunked", "Date: now"), method: .head).lines.count == 3)
    }

    @Test func `a 304 keeps its length, a 204 does not`() throws {
        #expect(
            try forward("HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n").lines.contains("Content-Length: 5"))
        #expect(
            try !forward("HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\n").lines.contains("Content-Length: 5"))
        #expect(
            try !forward("HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\n", method: .head).lines.contains(
                "Content-Length: 5"))
    }

    @Test func `an informational response passes without additions`() throws {
        let (lines, plan) = try forward(
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 5\r\n\r\n", cookies: "Set-Cookie: a\r\n")
        #expect(lines == ["HTTP/1.1 103 Early Hints", "Link: x", "Via: 1.1 limpet"])
        #expect(plan.isPersistent)
    }

    @Test func `a client of version 1-0 gets no informational response`() throws {
        #expect(try forward("HTTP/1.1 100 Continue\r\n\r\n", version: 0).lines.isEmpty)
    }

    @Test func `a missing reason leaves its place empty`() throws {
        #expect(try forward("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").lines.first == "HTTP/1.1 200 ")
    }

    @Test func `our cookie and the rules come last`() throws {
        let (lines, _) = try forward(
            ok("Content-Length: 0", "Server: x", "Set-Cookie: theirs"), cookies: "Set-Cookie: ours\r\n",
            rules: [
                .remove(name: "server"), .set(name: "Strict-Transport-Security", value: "max-age=1"),
                .set(name: "Date", value: "never"),
            ])
        #expect(
            lines == [
                "HTTP/1.1 200 OK", "Set-Cookie: theirs", "Via: 1.1 limpet", "Content-Length: 0",
                "Set-Cookie: ours",
                "Strict-Transport-Security: max-age=1", "Date: never",
            ])
    }
}
