internal import HTTP
internal import HTTP2

/// RFC 9113 section 8: what a request may be.
public enum MessageCases {
    /// A request with these fields behind, or instead of, the usual ones.
    private static func fields(_ more: (String, String)..., without name: String = "") -> [Frame] {
        [.headers(Frame.request().filter { $0.0 != name } + more)]
    }

    private static func value(_ bytes: [UInt8]) -> [Frame] {
        [.headers(block: FieldBlock.literal(Frame.request()) + FieldBlock.literal(Array("x-a".utf8), bytes))]
    }

    private static func name(_ text: String) -> [Frame] {
        fields((text, "b"))
    }

    private static let malformed = FrameCase.Outcome.streamError(.protocolError)

    /// Section 8.2.1: names.
    public static let names: [FrameCase] = [
        FrameCase("an upper-case name is malformed", malformed, name("X-a")),
        FrameCase("a name with a space is malformed", malformed, name("x a")),
        FrameCase("a name with a colon is malformed", malformed, name("x:a")),
        FrameCase("a name with a line end is malformed", malformed, name("x\r\na")),
        FrameCase("a name with NUL is malformed", malformed, name("x\0a")),
        FrameCase("a name above ASCII is malformed", malformed, name("xä")),
        FrameCase("an empty name is malformed", malformed, name("")),
        FrameCase(
            "a name with every other character of a token is taken", .accepted, name("x!#$%&'*+-.^_`|~0")),
    ]

    /// Section 8.2.1: values.
    public static let values: [FrameCase] = [
        FrameCase("a value with NUL is malformed", malformed, value([0x61, 0, 0x62])),
        FrameCase("a value with a carriage return is malformed", malformed, value([0x61, 0x0d, 0x62])),
        FrameCase("a value with a line feed is malformed", malformed, value([0x61, 0x0a, 0x62])),
        FrameCase(
            "a value that smuggles a request is malformed", malformed,
            value(Array("a\r\n\r\nGET /admin HTTP/1.1\r\nHost: b".utf8))),
        FrameCase("a value that begins with a space is malformed", malformed, value([0x20, 0x61])),
        FrameCase("a value that ends with a space is malformed", malformed, value([0x61, 0x20])),
        FrameCase("a value that begins with a tab is malformed", malformed, value([0x09, 0x61])),
        FrameCase("a value that ends with a tab is malformed", malformed, value([0x61, 0x09])),
        FrameCase("a value with DEL is malformed", malformed, value([0x61, 0x7f])),
        FrameCase(
            "a value with spaces and bytes above ASCII is taken", .accepted, value([0x61, 0x20, 0xe4])),
        FrameCase("an empty value is taken", .accepted, value([])),
    ]

    /// Section 8.2.2: fields of a connection.
    public static let ofConnection: [FrameCase] = [
        FrameCase("Connection is malformed", malformed, fields(("connection", "close"))),
        FrameCase("Keep-Alive is malformed", malformed, fields(("keep-alive", "5"))),
        FrameCase("Proxy-Connection is malformed", malformed, fields(("proxy-connection", "close"))),
        FrameCase("Transfer-Encoding is malformed", malformed, fields(("transfer-encoding", "chunked"))),
        FrameCase("Upgrade is malformed", malformed, fields(("upgrade", "websocket"))),
        FrameCase("TE other than trailers is malformed", malformed, fields(("te", "gzip"))),
        FrameCase("TE of trailers is taken", .accepted, fields(("te", "trailers"))),
        FrameCase("HTTP2-Settings are refused", .refused(.connectionField), fields(("http2-settings", "AA"))),
    ]

    /// Sections 8.3 and 8.5: pseudo-header fields.
    public static let pseudo: [FrameCase] = [
        FrameCase(
            "a pseudo-header field after a field is malformed", malformed,
            [
                .headers([("x-a", "b")] + Frame.request())
            ]),
        FrameCase("an unknown pseudo-header field is malformed", malformed, fields((":a", "b"))),
        FrameCase(":status in a request is malformed", malformed, fields((":status", "200"))),
        FrameCase(":protocol without CONNECT is malformed", malformed, fields((":protocol", "websocket"))),
        FrameCase("a second :method is malformed", malformed, fields((":method", "GET"))),
        FrameCase("a second :path is malformed", malformed, fields((":path", "/"))),
        FrameCase("a second :scheme is malformed", malformed, fields((":scheme", "https"))),
        FrameCase("a second :authority is malformed", malformed, fields((":authority", "a.example"))),
        FrameCase("no :method is malformed", malformed, fields(without: ":method")),
        FrameCase("no :path is malformed", malformed, fields(without: ":path")),
        FrameCase("no :scheme is malformed", malformed, fields(without: ":scheme")),
        FrameCase("no :authority and no Host is malformed", malformed, fields(without: ":authority")),
        FrameCase("an empty :path is malformed", malformed, [.headers(Frame.request("GET", ""))]),
        FrameCase("a :path without a slash is malformed", malformed, [.headers(Frame.request("GET", "a"))]),
        FrameCase(
            "a :path that is a whole URI is malformed", malformed,
            [.headers(Frame.request("GET", "http://b.example/"))]),
        FrameCase("* is for OPTIONS alone", malformed, [.headers(Frame.request("GET", "*"))]),
        FrameCase("* with OPTIONS is taken", .accepted, [.headers(Frame.request("OPTIONS", "*"))]),
        FrameCase(
            "a :path with a space is malformed", malformed,
            [.headers(Frame.request("GET", "/ HTTP/1.1\r\nx: y"))]),
        FrameCase(
            "a :path with a version behind a space is malformed", malformed,
            [.headers(Frame.request("GET", "/a HTTP/1.1"))]),
        FrameCase("a :method that is no token is malformed", malformed, [.headers(Frame.request("G T"))]),
        FrameCase("an empty :method is malformed", malformed, [.headers(Frame.request(""))]),
        FrameCase(
            "a scheme that nobody serves is refused", .refused(.badScheme),
            [.headers([(":method", "GET"), (":scheme", "ftp"), (":path", "/"), (":authority", "a")])]),
        FrameCase(
            "an :authority with a line end is malformed", malformed,
            [.headers(Frame.request(authority: "a\r\nx: y"))]),
        FrameCase(
            "an :authority with user information is refused", .refused(.badHost),
            [.headers(Frame.request(authority: "me@a.example"))]),
        FrameCase("Host like :authority is taken", .accepted, fields(("host", "A.example"))),
        FrameCase(
            "Host other than :authority is refused", .refused(.authorityConflict), fields(("host", "b"))),
        FrameCase(
            "Host alone is taken", .accepted, fields(("host", "a.example"), without: ":authority")),
        FrameCase(
            "a second Host is malformed", malformed,
            fields(("host", "a.example"), ("host", "b.example"), without: ":authority")),
        FrameCase(
            "CONNECT without an :authority is malformed", malformed, [.headers([(":method", "CONNECT")])]),
        FrameCase(
            "CONNECT with a :protocol is malformed where it was not offered", malformed,
            [.headers(Frame.request("CONNECT") + [(":protocol", "websocket")])]),
        FrameCase("CONNECT with a :path is malformed", malformed, [.headers(Frame.request("CONNECT"))]),
    ]

    /// Section 8.5: CONNECT, which the session takes; where to, is the routes' matter.
    public static let tunnels: [FrameCase] = [
        FrameCase(
            "CONNECT is taken", .accepted,
            [.headers([(":method", "CONNECT"), (":authority", "a.example:443")])]),
        FrameCase(
            "CONNECT with trailers is an error", malformed,
            [
                .headers([(":method", "CONNECT"), (":authority", "a.example:443")], isLast: false),
                .data([1], isLast: false), .headers([("x-sum", "1")]),
            ]),
    ]

    private static func post(_ length: String..., isLast: Bool = false) -> Frame {
        .headers(Frame.request("POST") + length.map { ("content-length", $0) }, isLast: isLast)
    }

    /// Section 8.1.1: the length of a body.
    public static let bodies: [FrameCase] = [
        FrameCase("a body of the length that was said is taken", .accepted, [post("2"), .data([1, 2])]),
        FrameCase("a body longer than was said is malformed", malformed, [post("2"), .data([1, 2, 3])]),
        FrameCase("a body shorter than was said is malformed", malformed, [post("2"), .data([1])]),
        FrameCase("no body where one was said is malformed", malformed, [post("2", isLast: true)]),
        FrameCase("a length that is no number is malformed", malformed, [post("2a")]),
        FrameCase("a negative length is malformed", malformed, [post("-2")]),
        FrameCase("a length beyond all measure is malformed", malformed, [post("99999999999999999999")]),
        FrameCase("two lengths are malformed", malformed, [post("2", "2")]),
        FrameCase("a list of lengths is malformed", malformed, [post("2, 2")]),
        FrameCase("an empty body of length zero is taken", .accepted, [post("0", isLast: true)]),
        FrameCase(
            "DATA that is too long in several frames is malformed", malformed,
            [
                post("3"), .data([1, 2], isLast: false), .data([3, 4]),
            ]),
    ]

    private static func trailers(_ fields: [(String, String)], isLast: Bool = true) -> [Frame] {
        [post(), .data([1], isLast: false), .headers(fields, isLast: isLast)]
    }

    /// Section 8.1: trailers.
    public static let trailerCases: [FrameCase] = [
        FrameCase("trailers are taken", .accepted, trailers([("x-sum", "1")])),
        FrameCase(
            "trailers that do not end the stream are malformed", malformed,
            trailers([("x-sum", "1")], isLast: false)),
        FrameCase("a pseudo-header field in trailers is malformed", malformed, trailers([(":path", "/")])),
        FrameCase("an upper-case name in trailers is malformed", malformed, trailers([("X-Sum", "1")])),
        FrameCase("a line end in a trailer is malformed", malformed, trailers([("x-sum", "1\r\nx: y")])),
        FrameCase(
            "Transfer-Encoding in trailers is malformed", malformed,
            trailers([("transfer-encoding", "chunked")])),
        FrameCase(
            "a trailer section beyond the limit is refused", .refused(.trailersTooLarge),
            trailers([
                ("x-a", String(repeating: "a", count: 5000)), ("x-b", String(repeating: "b", count: 5000)),
            ])),
        FrameCase(
            "DATA after trailers is an error", .connectionError(.streamClosed),
            trailers([("x-sum", "1")]) + [.data([1])]),
    ]
}
