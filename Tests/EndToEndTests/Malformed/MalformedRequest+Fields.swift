extension MalformedRequest {
    private static func hosts(_ name: String, _ lines: String) -> MalformedRequest {
        MalformedRequest(name, "GET / HTTP/1.1\r\n\(lines)\r\n", 400)
    }

    /// RFC 9112 section 5.
    static let fields: [MalformedRequest] = [
        field("bare LF ends a field line", "X-A: b\nX-C: d\r\n"),
        field("bare LF ends the head", "X-A: b\r\n\n"),
        field("bare CR in a field value", "X-A: b\rX-C: d\r\n"),
        field("bare CR at the end of a field value", "X-A: b\r\r\n"),
        field("space before the colon", "X-A : b\r\n"),
        field("tab before the colon", "X-A\t: b\r\n"),
        field("space within a field name", "X A: b\r\n"),
        field("space before a field name", " X-A: b\r\n"),
        field("folded field value", "X-A: b\r\n c\r\n"),
        field("field value folded with a tab", "X-A: b\r\n\tc\r\n"),
        field("fold behind an empty value", "X-A:\r\n b\r\n"),
        field("line of white space", "X-A: b\r\n \r\nX-C: d\r\n"),
        .init("first field line folded", "GET / HTTP/1.1\r\n Host: limpet.test\r\n\r\n", 400),
        .init("Host folded", "GET / HTTP/1.1\r\nHost:\r\n limpet.test\r\n\r\n", 400),
        field("no field name", ": b\r\n"),
        field("field line without a colon", "X-A\r\n"),
        field("NUL in a field name", "X\0A: b\r\n"),
        field("NUL in a field value", "X-A: b\0c\r\n"),
        field("control character in a field value", "X-A: b\u{1}c\r\n"),
        field("vertical tab in a field value", "X-A: b\u{B}c\r\n"),
        field("form feed before a field value", "X-A:\u{C}b\r\n"),
        field("DEL in a field value", "X-A: b\u{7F}c\r\n"),
        field("parenthesis in a field name", "X(A): b\r\n"),
        field("slash in a field name", "X/A: b\r\n"),
        field("field name in brackets", "[X-A]: b\r\n"),
        .init(
            "no ASCII in a field name", "GET / HTTP/1.1\r\nHost: a\r\nX", raw: [0xC3, 0xA9], ": b\r\n\r\n",
            400),
        field("an expectation that nobody knows", "Expect: wonders\r\n", 417),
        field("more than one expectation", "Expect: 100-continue, wonders\r\n", 417),
    ]

    /// RFC 9112 section 3.2: exactly one valid Host.
    static let hosts: [MalformedRequest] = [
        hosts("no Host", "X-A: b\r\n"),
        hosts("two different Hosts", "Host: limpet.test\r\nHost: other.test\r\n"),
        hosts("the same Host twice", "Host: limpet.test\r\nHost: limpet.test\r\n"),
        hosts("two Hosts in different case", "Host: limpet.test\r\nhOST: other.test\r\n"),
        hosts("two Hosts in one line", "Host: limpet.test, other.test\r\n"),
        hosts("space in the Host", "Host: limpet test\r\n"),
        hosts("path in the Host", "Host: limpet.test/a\r\n"),
        hosts("query in the Host", "Host: limpet.test?a\r\n"),
        hosts("fragment in the Host", "Host: limpet.test#a\r\n"),
        hosts("user information in the Host", "Host: user@limpet.test\r\n"),
        hosts("scheme in the Host", "Host: http://limpet.test\r\n"),
        hosts("port that is no number", "Host: limpet.test:8o\r\n"),
        hosts("port beyond 65535", "Host: limpet.test:65536\r\n"),
        hosts("two ports", "Host: limpet.test:80:80\r\n"),
        hosts("bracket that stays open", "Host: [::1\r\n"),
        hosts("brackets around what is no address", "Host: [limpet]\r\n"),
        hosts("NUL in the Host", "Host: limpet\0.test\r\n"),
        hosts("back slash in the Host", "Host: limpet\\test\r\n"),
        hosts("Host in quotes", "Host: \"limpet.test\"\r\n"),
        .init("no Host with the absolute form", "GET http://limpet.test/ HTTP/1.1\r\n\r\n", 400),
        .init(
            "two Hosts with the absolute form",
            "GET http://limpet.test/ HTTP/1.1\r\nHost: limpet.test\r\nHost: other.test\r\n\r\n", 400),
        .init(
            "two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: limpet.test\r\nHost: other.test\r\n\r\n", 400),
    ]

    /// What is well formed but too large (RFC 9110 section 15.5.14 and 15.5.15, RFC 6585 section 5).
    static let oversize: [MalformedRequest] = [
        field("field beyond the limit", "X-A: " + String(repeating: "b", count: 16_384) + "\r\n", 431),
        field("field name beyond the limit", String(repeating: "X", count: 16_384) + ": b\r\n", 431),
        field("too many fields", (0..<60).map { "X-\($0): b\r\n" }.joined(), 431),
        field(
            "many fields beyond the limit of the head",
            (0..<40).map { "X-\($0): " + String(repeating: "b", count: 300) + "\r\n" }.joined(), 431),
        field("a field without an end", "X-A: " + String(repeating: "b", count: 65_536), 431),
        .framed("Content-Length beyond the limit", "Content-Length: 65537\r\n", 413),
        .framed("Content-Length beyond all measure", "Content-Length: 18446744073709551615\r\n", 400, 413),
        .chunked(
            "chunked body beyond the limit",
            "18000\r\n" + String(repeating: "b", count: 98_304) + "\r\n0\r\n\r\n", 413),
    ]
}
