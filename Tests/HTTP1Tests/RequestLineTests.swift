import HTTP
import Testing

@testable import HTTP1

@Suite struct RequestLineTests {
    @Test func `a small request is read whole`() throws {
        let head = try request("GET /a/b?c=d HTTP/1.1\r\nHost: example.com:8443\r\n\r\nrest")
        #expect(head.start == "get GET origin /a/b?c=d")
        #expect(head.fields == ["Host=example.com:8443"])
        #expect(head.length == 49)
        #expect(
            head.facts == [
                "path /a/b", "authority example.com:8443", "host example.com", "port 8443", "version 1.1",
                "none",
                "persistent",
            ])
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
    func `a known method is recognised`(name: String) throws {
        let head = try request("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head.start == "\(name.lowercased()) \(name) origin /")
    }

    @Test(arguments: ["get", "GETT", "GE", "PROPFIND", "M-SEARCH", "VERSION-CONTROL", "A!#$%&'*+-.^_`|~z"])
    func `any other token is a method of its own`(name: String) throws {
        #expect(try request("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n").start == "other \(name) origin /")
    }

    @Test(arguments: [
        "G<T / HTTP/1.1", " GET / HTTP/1.1", "GET\t/ HTTP/1.1", "\u{16}\u{3}\u{1}", "GÉT / HTTP/1.1", "GET",
    ])
    func `a method that is no token is refused`(line: String) {
        #expect(refusal("\(line)\r\nHost: a\r\n\r\n") == .badMethod)
    }

    @Test func `a method longer than any known is not implemented`() {
        let name = String(repeating: "A", count: 33)
        #expect(refusal("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n") == .methodTooLong)
        #expect(Refusal.methodTooLong.status == .notImplemented)
        #expect(readRequest(String(repeating: "A", count: 32)) == .incomplete)
    }

    @Test func `CONNECT names a host and a port`() throws {
        let head = try request("CONNECT [::1]:443 HTTP/1.1\r\nHost: other\r\n\r\n")
        #expect(head.start == "connect CONNECT authority [::1]:443")
        #expect(head.facts.contains("host [::1]") && head.facts.contains("port 443"))
    }

    @Test(arguments: [
        "a", "a:", "a:0", "a:65536", ":443", "/", "/a:443", "*", "http://a:443/", "a:443/", "a:443?b",
        "u@a:443",
        "a:443:443",
    ])
    func `CONNECT to anything else is refused`(target: String) {
        #expect(refusal("CONNECT \(target) HTTP/1.1\r\nHost: a\r\n\r\n") == .badTarget)
    }

    @Test func `CONNECT has no content`() {
        let start = "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n"
        #expect(refusal(start + "Content-Length: 1\r\n\r\n") == .connectWithContent)
        #expect(refusal(start + "Transfer-Encoding: chunked\r\n\r\n") == .connectWithContent)
        #expect(refusal(start + "Content-Length: 0\r\n\r\n") == nil)
    }

    @Test(arguments: ["GET", "OPTIONS", "POST"])
    func `only CONNECT names an authority`(method: String) {
        #expect(refusal("\(method) a:443 HTTP/1.1\r\nHost: a\r\n\r\n") == .badTarget)
    }

    @Test func `one empty line before the request is skipped`() throws {
        let head = try request("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head.start == "get GET origin /")
        #expect(head.length == 29)
    }

    @Test func `a second empty line before the request is refused`() {
        #expect(refusal("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == .badMethod)
    }

    @Test func `a bare line feed before the request is refused`() {
        #expect(refusal("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == .bareLineFeed)
        #expect(refusal("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n") == .bareCarriageReturn)
    }

    @Test(arguments: [
        "GET  / HTTP/1.1", "GET a HTTP/1.1", "GET /a#b HTTP/1.1", "GET /a?b#c HTTP/1.1", "GET /ä HTTP/1.1",
        "GET /?ä HTTP/1.1", "GET /a\u{0}b HTTP/1.1", "GET /a\tb HTTP/1.1", "GET /a\u{7f} HTTP/1.1",
        "GET /a<b HTTP/1.1",
        "GET /a\\b HTTP/1.1", "GET /\"a HTTP/1.1", "GET ** HTTP/1.1", "GET example.com:80 HTTP/1.1",
    ])
    func `a malformed target is refused`(line: String) {
        #expect(refusal("\(line)\r\nHost: a\r\n\r\n") == .badTarget)
    }

    @Test(arguments: [
        "/a|b", "/{a}", "/a^`b", "/a[1]", "/?a|b\\c", "/?[]{}^`", "//a//b", "/a;b=c,d@e:f!$&'()*+",
        "/%41?%zz",
    ])
    func `what browsers send unescaped passes`(target: String) throws {
        #expect(try request("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n").start == "get GET origin \(target)")
    }

    @Test func `a target beyond the limit is too long`() {
        var limits = HeadLimits()
        limits.targetBytes = 16
        let fits = "/" + String(repeating: "a", count: 15)
        #expect(refusal("GET \(fits) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == nil)
        #expect(refusal("GET \(fits)a HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == .targetTooLong)
        #expect(refusal("GET /?\(fits) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == .targetTooLong)
        #expect(refusal("GET http://a\(fits) HTTP/1.1\r\nHost: a\r\n\r\n", limits: limits) == .targetTooLong)
        #expect(Refusal.targetTooLong.status.code == 414)
    }

    @Test(arguments: ["HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3.0", "HTTP/9.9", "HTTP/2", "HTTP/1.9"])
    func `another version is not supported`(version: String) {
        #expect(refusal("GET / \(version)\r\nHost: a\r\n\r\n") == .unsupportedVersion)
        #expect(Refusal.unsupportedVersion.status.code == 505)
    }

    @Test(arguments: [
        "HTTP/1.", "HTTP/1", "HTTP/1.1 ", "HTTP/1.10", "HTTP/11", "http/1.1", "HTTP/1.x", "HTTPS/1.1",
        " HTTP/1.1", "HTTP/x.1",
        "HTTP 1.1", "", "HTTP/+1.1",
    ])
    func `a malformed version is refused`(version: String) {
        #expect(refusal("GET / \(version)\r\nHost: a\r\n\r\n") == .badVersion)
    }

    @Test func `a request line without a version is of a version that is not supported`() {
        #expect(refusal("GET /\r\nHost: a\r\n\r\n") == .unsupportedVersion)
    }

    @Test func `the preface of HTTP 2 is of a version that is not supported`() {
        #expect(refusal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == .unsupportedVersion)
    }

    @Test(arguments: ["GET / HTTP/1.1\nHost: a\r\n\r\n", "GET /\nHost: a\r\n\r\n"])
    func `a bare line feed in the request line is refused`(text: String) {
        #expect(refusal(text) == .bareLineFeed)
    }

    @Test func `a bare carriage return in the request line is refused`() {
        #expect(refusal("GET / HTTP/1.1\rX\nHost: a\r\n\r\n") == .bareCarriageReturn)
    }

    @Test func `the target in absolute form carries the authority`() throws {
        let head = try request("GET http://Example.com:80/a?b HTTP/1.1\r\nHost: other\r\n\r\n")
        #expect(head.start == "get GET absolute /a?b")
        #expect(
            head.facts.prefix(4) == ["path /a", "authority Example.com:80", "host Example.com", "port 80"])
    }

    @Test(arguments: [
        ("http://a", ""), ("HTTPS://a/", "/"), ("http://a?b", "?b"), ("http://[::1]:8080/x", "/x"),
        ("http://a:/x", "/x"),
    ])
    func `absolute form is read to its end`(target: String, rest: String) throws {
        #expect(try request("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n").start == "get GET absolute \(rest)")
    }

    @Test(arguments: [
        "ftp://a/", "http:/a/", "http:///a", "http://", "http://a@b/", "http://a b/", "http://a:99999/",
        "http://:80/",
        "http://[::1/", "http://a\\b/", "http", "://a/", "http://a%41/",
    ])
    func `a malformed absolute form is refused`(target: String) {
        let refusal = refusal("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(refusal == .badTarget || refusal == .badVersion)
    }

    @Test func `a malformed Host is refused even beside an absolute form`() {
        #expect(refusal("GET http://a/ HTTP/1.1\r\nHost: b/c\r\n\r\n") == .badHost)
        #expect(refusal("GET http://a/ HTTP/1.1\r\n\r\n") == .missingHost)
    }

    @Test func `the asterisk is for OPTIONS alone`() throws {
        #expect(try request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").start == "options OPTIONS asterisk *")
        #expect(refusal("GET * HTTP/1.1\r\nHost: a\r\n\r\n") == .asteriskWithoutOptions)
    }

    @Test(arguments: ["/a/../b", "/..", "/.", "/a/.", "/a/./b", "/%2e%2e/a", "/a%2fb"])
    func `a path that does not mean what it says is marked`(path: String) throws {
        #expect(try request("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n").facts.contains("not plain"))
    }

    @Test(arguments: ["/a.b/c", "/.well-known/x", "/...", "/a..b", "/a/b.", "/?../%20"])
    func `a path that means what it says is not marked`(path: String) throws {
        #expect(try !request("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n").facts.contains("not plain"))
    }

    @Test func `Max-Forwards counts for OPTIONS and TRACE`() throws {
        #expect(
            try request("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n").facts.contains(
                "forwards 3"))
        #expect(
            try request("TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 99999999999999999999\r\n\r\n").facts
                .contains("forwards 4294967295"))
        #expect(try !request(get("Max-Forwards: x")).facts.contains { $0.hasPrefix("forwards") })
        #expect(refusal("TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: x\r\n\r\n") == .badMaxForwards)
        #expect(
            refusal("TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 1\r\nMax-Forwards: 1\r\n\r\n")
                == .badMaxForwards)
    }
}
