extension MalformedRequest {
    private static func line(_ name: String, _ line: String, _ status: Int = 400) -> MalformedRequest {
        MalformedRequest(name, "\(line)\r\nHost: limpet.test\r\n\r\n", status)
    }

    private static func target(_ name: String, _ target: String, _ status: Int = 400) -> MalformedRequest {
        line(name, "GET \(target) HTTP/1.1", status)
    }

    /// RFC 9112 sections 2.2 and 3: what is wrong with a request line, target and version apart.
    static let requestLines: [MalformedRequest] = [
        .init("bare LF ends the request line", "GET / HTTP/1.1\nHost: limpet.test\r\n\r\n", 400),
        .init("bare LF ends every line", "GET / HTTP/1.1\nHost: limpet.test\n\n", 400),
        .init("bare LF before the request line", "\nGET / HTTP/1.1\r\nHost: limpet.test\r\n\r\n", 400),
        .init("bare CR ends the request line", "GET / HTTP/1.1\rHost: limpet.test\r\n\r\n", 400),
        .init("CR twice before LF", "GET / HTTP/1.1\r\r\nHost: limpet.test\r\n\r\n", 400),
        .init("bare CR before the request line", "\rGET / HTTP/1.1\r\nHost: limpet.test\r\n\r\n", 400),
        line("space before the method", " GET / HTTP/1.1"),
        line("tab before the method", "\tGET / HTTP/1.1"),
        line("two spaces before the target", "GET  / HTTP/1.1"),
        line("two spaces before the version", "GET /  HTTP/1.1"),
        line("space behind the version", "GET / HTTP/1.1 "),
        line("tab behind the version", "GET / HTTP/1.1\t"),
        line("tab instead of the first space", "GET\t/ HTTP/1.1"),
        line("tab instead of the second space", "GET /\tHTTP/1.1"),
        line("vertical tab instead of a space", "GET\u{B}/ HTTP/1.1"),
        line("a method alone", "GET"),
        line("a method that is no token", "GE(T / HTTP/1.1"),
        line("a method with a slash", "GET/ / HTTP/1.1"),
        line("a method in quotes", "\"GET\" / HTTP/1.1"),
        line("NUL in the method", "GE\0T / HTTP/1.1"),
        .init(
            "no ASCII in the method", "G", raw: [0xC3, 0x89], "T / HTTP/1.1\r\nHost: limpet.test\r\n\r\n", 400
        ),
        .init(
            "a method without an end", String(repeating: "M", count: 4096) + " / HTTP/1.1\r\nHost: a\r\n\r\n",
            400, 501),
        .init(
            "CONNECT to an authority", "CONNECT limpet.test:443 HTTP/1.1\r\nHost: limpet.test:443\r\n\r\n",
            400, 405, 501),
        .init("CONNECT with a path", "CONNECT / HTTP/1.1\r\nHost: limpet.test\r\n\r\n", 400, 405, 501),
        .init(
            "a TLS client hello", "", raw: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01], "\r\n\r\n", 400),
        .init("garbage", "", raw: [0xFF, 0x00, 0x80, 0x0D, 0x0A], "\r\n\r\n", 400),
        .init("all but a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nMS\r\n\r\n", 400, 505),
    ]

    /// RFC 9112 section 2.3.
    static let versions: [MalformedRequest] = [
        .init("no version, as in HTTP/0.9", "GET /\r\nHost: limpet.test\r\n\r\n", 400, 505),
        line("a version in lower case", "GET / http/1.1"),
        line("a version without a minor number", "GET / HTTP/1"),
        line("a version with two digits", "GET / HTTP/1.10"),
        .init("a version with a leading zero", "GET / HTTP/01.1\r\nHost: limpet.test\r\n\r\n", 400, 505),
        line("a version with three numbers", "GET / HTTP/1.1.1"),
        line("a version with a comma", "GET / HTTP/1,1"),
        line("a version with spaces", "GET / HTTP / 1.1"),
        line("another protocol", "GET / ICY/1.1"),
        line("NUL behind the version", "GET / HTTP/1.1\0"),
        line("HTTP/2.0", "GET / HTTP/2.0", 505),
        line("HTTP/3.0", "GET / HTTP/3.0", 505),
        .init("HTTP/0.9 with its name", "GET / HTTP/0.9\r\nHost: limpet.test\r\n\r\n", 400, 505),
    ]

    /// RFC 9112 section 3.2 and RFC 3986.
    static let targets: [MalformedRequest] = [
        target("space in the target", "/a b"),
        target("tab in the target", "/a\tb"),
        target("NUL in the target", "/a\0b"),
        target("control character in the target", "/a\u{1}b"),
        target("DEL in the target", "/a\u{7F}b"),
        target("bare CR in the target", "/a\rb"),
        .init(
            "no ASCII in the target", "GET /", raw: [0xFF, 0xFE], " HTTP/1.1\r\nHost: limpet.test\r\n\r\n",
            400),
        target("fragment in the target", "/a#b"),
        target("target without a slash", "index.html"),
        target("query without a path", "?a=b"),
        target("asterisk for GET", "*"),
        target("authority for GET", "limpet.test:80"),
        target("absolute form without a host", "http:///a"),
        target("absolute form with user information", "http://user@limpet.test/"),
        target("absolute form of another scheme", "ftp://limpet.test/"),
        target("absolute form with a port beyond 65535", "http://limpet.test:65536/"),
        target("absolute form with a port that is no number", "http://limpet.test:8o/"),
        target("absolute form with an open bracket", "http://[::1/"),
        target("target beyond the limit", "/" + String(repeating: "a", count: 4096), 414),
    ]
}
