import HTTP
import Runtime
import Testing

@testable import HTTP1

extension ByteBuffer {
    var text: String {
        let bytes = readable
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}

/// How a request is forwarded in a test.
struct Way {
    var client = "192.0.2.1"
    var port: UInt16 = 8443
    var isSecure = true
    var isTrusted = false
    var cookie = ""
    var rules: [FieldRules.Change] = []
    var forwardsExpectation = true
    var isPersistent = true
}

@Suite struct RequestForwardingTests {
    /// The lines that go upstream for `text`.
    private func forward(_ text: String, _ way: Way = Way()) throws -> [String] {
        var parser = RequestHeadParser()
        let bytes = Array(text.utf8)
        guard case .complete = parser.parse(bytes.span) else { throw Unreadable(text: text) }
        var context = ForwardingContext(
            client: Array(way.client.utf8), port: way.port, isSecure: way.isSecure, isTrusted: way.isTrusted,
            gateway: Array("limpet".utf8))
        context.requestID = RequestID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        context.affinityCookie = Array(way.cookie.utf8)
        context.rules = try FieldRules(way.rules)
        context.forwardsExpectation = way.forwardsExpectation
        context.isPersistent = way.isPersistent
        let buffer = ByteBuffer(capacity: 1024)
        RequestForwarding.write(parser.head, bytes: bytes.span, context: context, into: buffer)
        let written = buffer.text
        // What we write, we would accept.
        _ = try request(written)
        return written.split(separator: "\r\n").map(String.init)
    }

    /// What is said of the way of a request to `a` by default.
    private let story = [
        "Via: 1.1 limpet", "Forwarded: for=192.0.2.1;by=_limpet;proto=https;host=a",
        "X-Forwarded-For: 192.0.2.1",
        "X-Forwarded-Proto: https", "X-Forwarded-Host: a", "X-Forwarded-Port: 8443",
        "X-Request-Id: 0123456789abcdeffedcba9876543210",
    ]

    @Test func `a plain request is copied and told where it comes from`() throws {
        #expect(
            try forward("GET /a?b HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n") == [
                "GET /a?b HTTP/1.1", "Host: a", "Accept: */*",
            ] + story)
    }

    @Test func `hop-by-hop fields are removed`() throws {
        let lines = try forward(
            get(
                "Connection: keep-alive, X-Mine", "Keep-Alive: 5", "A: 1", "Proxy-Connection: x",
                "TE: trailers", "Trailer: x", "B: 2",
                "Upgrade: websocket", "HTTP2-Settings: x", "Proxy-Authorization: x", "x-mine: 1", "C: 3",
                "Proxy-Authenticate: y"))
        #expect(lines == ["GET / HTTP/1.1", "Host: a", "A: 1", "B: 2", "C: 3"] + story)
    }

    @Test func `what only the gateway may say is removed`() throws {
        let lines = try forward(
            get(
                "Client-Cert: :x:", "client-cert-chain: :x:", "Early-Data: 1", "X_Forwarded_For: 6.6.6.6",
                "Client_Cert: x"),
            Way(isTrusted: true))
        #expect(lines == ["GET / HTTP/1.1", "Host: a"] + story)
    }

    @Test func `a client that is not trusted is not believed`() throws {
        let lines = try forward(
            get(
                "Forwarded: for=6.6.6.6", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: ftp",
                "X-Forwarded-Host: evil", "X-Forwarded-Port: 1",
                "X-Real-IP: 6.6.6.6", "X-Request-Id: mine"))
        #expect(lines == ["GET / HTTP/1.1", "Host: a"] + story)
    }

    @Test func `a trusted proxy's words are kept and continued`() throws {
        let lines = try forward(
            get(
                "Forwarded: for=10.0.0.1", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: 10.0.0.2, 10.0.0.3",
                "X-Forwarded-Proto: http",
                "X-Request-Id: mine", "X-Real-IP: 10.0.0.1", "Via: 1.1 cdn", "X-Forwarded-Host: other"),
            Way(isTrusted: true))
        #expect(
            lines == [
                "GET / HTTP/1.1", "Host: a", "X-Forwarded-Proto: http", "X-Real-IP: 10.0.0.1", "Via: 1.1 cdn",
                "X-Forwarded-Host: other",
                "Via: 1.1 limpet", "Forwarded: for=10.0.0.1, for=192.0.2.1;by=_limpet;proto=https;host=a",
                "X-Forwarded-For: 10.0.0.1, 10.0.0.2, 10.0.0.3, 192.0.2.1", "X-Forwarded-Port: 8443",
                "X-Request-Id: mine",
            ])
    }

    @Test func `a trusted proxy cannot silence us by nominating our fields`() throws {
        let lines = try forward(
            get(
                "Connection: X-Forwarded-Proto, X-Request-Id, X-Forwarded-For", "X-Forwarded-Proto: http",
                "X-Request-Id: x", "X-Forwarded-For: y"),
            Way(isTrusted: true))
        #expect(lines == ["GET / HTTP/1.1", "Host: a"] + story)
    }

    @Test(arguments: ["", "a b", "a\"b", "ä", "x;y", String(repeating: "a", count: 129)])
    func `an identity that is not fit for a log is replaced`(value: String) throws {
        #expect(try forward(get("X-Request-Id: \(value)"), Way(isTrusted: true)).last == story.last)
    }

    @Test func `an IPv6 client is written as its fields want it`() throws {
        let lines = try forward("GET / HTTP/1.1\r\nHost: [::1]:8443\r\n\r\n", Way(client: "2001:db8::1"))
        #expect(lines.contains("Forwarded: for=\"[2001:db8::1]\";by=_limpet;proto=https;host=\"[::1]:8443\""))
        #expect(lines.contains("X-Forwarded-For: 2001:db8::1"))
        #expect(lines.contains("X-Forwarded-Host: [::1]:8443"))
    }

    @Test func `a client without an address is unknown`() throws {
        let lines = try forward(get(), Way(client: "", port: 0, isSecure: false))
        #expect(lines.contains("Forwarded: for=unknown;by=_limpet;proto=http;host=a"))
        #expect(lines.contains("X-Forwarded-Proto: http"))
        #expect(!lines.contains { $0.hasPrefix("X-Forwarded-Port") })
    }

    @Test func `absolute form becomes origin form, and its authority is the Host`() throws {
        let lines = try forward("GET http://b:80/x?y HTTP/1.1\r\nHost: a\r\nA: 1\r\n\r\n")
        #expect(lines.prefix(3) == ["GET /x?y HTTP/1.1", "Host: b:80", "A: 1"])
        #expect(!lines.contains("Host: a"))
        #expect(lines.contains("X-Forwarded-Host: b:80"))
    }

    @Test(arguments: [
        ("GET http://a", "GET / HTTP/1.1"), ("GET http://a?b", "GET /?b HTTP/1.1"),
        ("OPTIONS http://a", "OPTIONS * HTTP/1.1"),
        ("OPTIONS http://a?b", "OPTIONS /?b HTTP/1.1"), ("OPTIONS *", "OPTIONS * HTTP/1.1"),
        ("OPTIONS http://a/", "OPTIONS / HTTP/1.1"),
    ])
    func `a target without a path gets one`(start: String, line: String) throws {
        #expect(try forward("\(start) HTTP/1.1\r\nHost: a\r\n\r\n").first == line)
    }

    @Test func `version 1-0 goes on as 1-1`() throws {
        let lines = try forward("GET /x HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
        #expect(lines.prefix(3) == ["GET /x HTTP/1.1", "Host: a", "Via: 1.0 limpet"])
    }

    @Test func `version 1-0 without a Host gets an empty one`() throws {
        let bytes = Array("GET /x HTTP/1.0\r\n\r\n".utf8)
        var parser = RequestHeadParser()
        #expect(parser.parse(bytes.span) == .complete(length: bytes.count))
        let context = ForwardingContext(
            client: [], port: 0, isSecure: false, isTrusted: false, gateway: Array("limpet".utf8))
        let buffer = ByteBuffer(capacity: 1024)
        RequestForwarding.write(parser.head, bytes: bytes.span, context: context, into: buffer)
        #expect(
            buffer.text.hasPrefix(
                "GET /x HTTP/1.1\r\nHost: \r\nVia: 1.0 limpet\r\nForwarded: for=unknown;by=_limpet;proto=http\r\n"
            ))
    }

    @Test func `framing is made anew`() throws {
        #expect(try forward(get("Content-Length:   0005")).suffix(1) == ["Content-Length: 5"])
        #expect(try forward(get("transfer-encoding: CHUNKED")).suffix(1) == ["Transfer-Encoding: chunked"])
        #expect(try forward(get("Content-Length: 0")).suffix(1) == ["Content-Length: 0"])
        #expect(try forward(get("Content_Length: 7")).last == story.last)
    }

    @Test func `an expectation goes on, or stays`() throws {
        let text = get("Expect: 100-continue", "Content-Length: 1")
        #expect(try forward(text).suffix(2) == ["Content-Length: 1", "Expect: 100-continue"])
        #expect(try forward(text, Way(forwardsExpectation: false)).last == "Content-Length: 1")
    }

    @Test func `a connection that is not kept is said to be`() throws {
        #expect(try forward(get(), Way(isPersistent: false)).last == "Connection: close")
    }

    @Test func `Max-Forwards counts down`() throws {
        #expect(
            try forward("TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n").last == "Max-Forwards: 2")
        #expect(try forward(get("Max-Forwards: 3")).contains("Max-Forwards: 3"))
    }

    @Test(
        arguments: [
            ("__Host-limpet=x", nil), ("a=b; __Host-limpet=x", "a=b"), ("__Host-limpet=x; a=b", "a=b"),
            ("a=b;__Host-limpet=x;c=d", "a=b; c=d"),
            ("a=b; c=d", "a=b; c=d"), ("a=__Host-limpet", "a=__Host-limpet"), ("__Host-limpet", nil),
            ("__host-limpet=x", "__host-limpet=x"),
            ("__Host-limpet=x; __Host-limpet=y; ;a", "a"), ("__Host-limpet2=x", "__Host-limpet2=x"),
        ] as [(String, String?)])
    func `our cookie does not go upstream`(value: String, left: String?) throws {
        let lines = try forward(get("A: 1", "Cookie: \(value)", "B: 2"), Way(cookie: "__Host-limpet"))
        #expect(
            lines == ["GET / HTTP/1.1", "Host: a", "A: 1"] + (left.map { ["Cookie: \($0)"] } ?? []) + ["B: 2"]
                + story)
    }

    @Test func `rules set, add and remove`() throws {
        let rules: [FieldRules.Change] = [
            .set(name: "X-Set", value: "new"), .add(name: "X-Add", value: "more"), .remove(name: "X-Gone"),
            .remove(name: "Via"),
            .set(name: "Host", value: "inside"), .remove(name: "X-Forwarded-For"),
            .set(name: "X-Request-Id", value: "fixed"),
        ]
        let lines = try forward(
            get("x-set: old", "X_Set: old", "X-Add: one", "x-gone: 1", "X-GONE: 2", "Via: 1.1 x", "Other: y"),
            Way(rules: rules))
        #expect(
            lines == [
                "GET / HTTP/1.1", "X-Add: one", "Other: y", story[1], story[3], story[4], story[5],
                "X-Set: new", "X-Add: more", "Host: inside",
                "X-Request-Id: fixed",
            ])
    }

    @Test func `a cookie is found by its name`() {
        let bytes = Array(get("Cookie: a=1; b = 2", "Cookie: c=3;d;b=4").utf8)
        var parser = RequestHeadParser()
        #expect(parser.parse(bytes.span) == .complete(length: bytes.count))
        for (name, value) in [("a", "1"), ("c", "3"), ("d", ""), ("b", "4")] {
            #expect(
                parser.head.cookie(named: Array(name.utf8).span, in: bytes.span)?.text(bytes.span) == value)
        }
        #expect(parser.head.cookie(named: Array("e".utf8).span, in: bytes.span) == nil)
        #expect(parser.head.cookie(named: Array("A".utf8).span, in: bytes.span) == nil)
    }
}
