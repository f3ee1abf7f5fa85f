import Configuration
import Testing

@Suite
struct RouteTests {
    private func route(_ keys: String) throws -> RouteConfiguration {
        try #require(try Reading.value(Reading.text(route: keys)).routes.first)
    }

    @Test
    func `a route has a host and a path`() throws {
        #expect(try route("host: \"*\"").host == .any)
        #expect(try route("host: \"*.Example.com\"").host == .subdomains(of: "example.com"))
        #expect(try route("host: WWW.example.com").host == .exact("www.example.com"))
        #expect(try route("host: 192.0.2.1").host == .exact("192.0.2.1"))
        #expect(try route("host: \"[2001:db8::1]\"").host == .exact("[2001:db8::1]"))
        #expect(try route("path: /api/v1").path == "/api/v1")
        #expect(try route("path: /api/").path == "/api")
        #expect(try route("path: /").path == "/")
    }

    @Test(arguments: [
        ("a.example:443", "must be a host without a port"),
        ("[::1]:443", "must be a host without a port"),
        ("*.", "must be *, *.example.com or a host name"),
        ("*example.com", "must be *, *.example.com, a host name or an address"),
        ("a.*.com", "must be *, *.example.com, a host name or an address"),
        ("http://a", "must be *, *.example.com, a host name or an address"),
        ("::1", "must be *, *.example.com, a host name or an address"),
        ("", "must be *, *.example.com, a host name or an address"),
        ("exämple.com", "must be in its ASCII form (xn--…)"),
    ])
    func `what is no host is refused`(host: String, condition: String) {
        #expect(
            Reading.problems(Reading.text(route: "host: \"\(host)\"")) == [
                "13:11: 'host' \(condition), not '\(host)'"
            ])
    }

    @Test(arguments: [
        ("api", "must be a path that begins with / and has no spaces"),
        ("/a b", "must be a path that begins with / and has no spaces"),
        ("/a?b", "must be a path without a query"),
        ("/a/../b", "must be a path without //, . and .."),
        ("/a/.", "must be a path without //, . and .."),
        ("//a", "must be a path without //, . and .."),
    ])
    func `what is no path is refused`(path: String, condition: String) {
        #expect(
            Reading.problems(Reading.text(route: "path: \"\(path)\"")) == [
                "13:11: 'path' \(condition), not '\(path)'"
            ])
    }

    @Test
    func `hosts are written as they are read`() throws {
        for text in ["*", "*.example.com", "www.example.com"] {
            #expect(try route("host: \"\(text)\"").host.description == text)
        }
    }

    @Test
    func `a route leads to a service or redirects`() throws {
        let text = """
            listeners: [{ address: "127.0.0.1:80", mode: plain }]
            routes: [{ redirect: { to: https, port: 8443, status: 301 } }]
            """
        var redirect = RedirectConfiguration()
        redirect.port = 8443
        redirect.status = 301
        #expect(try Reading.value(text).routes == [RouteConfiguration(action: .redirect(redirect))])
        let either = "a route needs either 'service' or 'redirect'"
        #expect(Reading.problems("routes: [{ path: /a }]").contains("1:10: \(either)"))
        #expect(Reading.problems(Reading.text(route: "redirect: { to: https }")) == ["12:5: \(either)"])
        #expect(
            Reading.problems("routes: [{ redirect: { to: http } }]").contains(
                "1:28: 'to' must be https, not 'http'; did you mean 'https'?"))
        #expect(
            Reading.problems("routes: [{ redirect: {} }]").contains(
                "1:22: 'routes[0].redirect' needs the key 'to'"))
        #expect(Reading.problems("routes: [{ redirect: }]").contains("1:22: 'redirect' has no value"))
        #expect(Reading.problems("routes: [{ service: }]").contains("1:21: 'service' has no value"))
    }

    @Test
    func `a service that does not exist is refused, wherever services stand`() {
        #expect(
            Reading.problems(
                "routes: [{ service: portl }]\n" + Reading.text().replacing("routes:", with: "x:")
            )
            .contains("1:21: there is no service 'portl'; did you mean 'portal'?"))
        #expect(
            Reading.problems("routes: [{ service: nothing }]").contains("1:21: there is no service 'nothing'")
        )
    }

    @Test
    func `a route lets no protocol through unless it says so`() throws {
        #expect(try route("").upgrades == [])
        #expect(try !route("").allowsConnect)
        #expect(try route("upgrade: [WebSocket, foo/2]").upgrades == ["websocket", "foo/2"])
        #expect(try route("upgrade: websocket").upgrades == ["websocket"])
        #expect(try route("connect: true").allowsConnect)
    }

    @Test(arguments: ["h2c", "H2C", "HTTP/2.0", "TLS/1.2", "tls"])
    func `a protocol that would carry requests past the gateway is refused`(name: String) {
        #expect(
            Reading.problems(Reading.text(route: "upgrade: [\(name)]")) == [
                "13:15: each entry of 'upgrade' must be a protocol other than HTTP and TLS, which would carry "
                    + "requests past every rule, not '\(name)'"
            ])
    }

    @Test(arguments: ["a b", "a/b/c", "a/", "/", ""])
    func `what is no protocol is refused`(name: String) {
        #expect(
            Reading.problems(Reading.text(route: "upgrade: [\"\(name)\"]")) == [
                "13:15: each entry of 'upgrade' must be the name of a protocol, such as websocket, not '\(name)'"
            ])
    }

    @Test
    func `a route compresses if it says so, and how`() throws {
        #expect(try route("").compression == nil)
        #expect(try route("compress: false").compression == nil)
        #expect(try route("compress: true").compression == CompressionConfiguration())
        var wanted = CompressionConfiguration()
        wanted.encodings = [.gzip]
        wanted.types = ["text/*", "application/json"]
        wanted.minimumBytes = 0
        wanted.withCredentials = true
        let keys = "encodings: gzip, types: [TEXT/*, application/json], minimum: 0, with-credentials: true"
        #expect(try route("compress: { \(keys) }").compression == wanted)
    }

    @Test(arguments: ["html", "text/", "/html", "*/*", "text/h*", "text/html; a=b", "a/b/c"])
    func `what is no media type is refused`(type: String) {
        #expect(
            Reading.problems(Reading.text(route: "compress: { types: [\"\(type)\"] }")) == [
                "13:25: each entry of 'types' must be a media type, such as text/html or text/*, not '\(type)'"
            ])
    }

    @Test
    func `compression needs a coding`() {
        #expect(
            Reading.problems(Reading.text(route: "compress: { encodings: [] }")) == [
                "13:28: 'encodings' must have an entry"
            ])
    }

    @Test
    func `a redirect lets nothing through`() {
        #expect(
            Reading.problems("routes: [{ redirect: { to: https }, upgrade: websocket }]").contains(
                "1:46: 'upgrade' needs a service"))
        #expect(
            Reading.problems("routes: [{ redirect: { to: https }, connect: true }]").contains(
                "1:46: 'connect' needs a service"))
    }

    @Test
    func `the same route twice is refused`() {
        let text = Reading.text(
            rest: "  - { service: portal, host: \"*\", path: /a }\n  - { service: portal, path: /a/ }")
        #expect(
            Reading.problems(text) == ["15:5: there is a route for host '*' and path '/a' already at 14:5"])
    }
}

@Suite
struct FieldRuleTests {
    private func rules(_ keys: String) throws -> FieldRules? {
        try Reading.value(Reading.text(route: "request-fields: { \(keys) }")).routes.first?.requestFields
    }

    private func problems(_ keys: String) -> [String] {
        Reading.problems(Reading.text(route: "request-fields: { \(keys) }"))
    }

    @Test
    func `fields are set, added and removed`() throws {
        let rules = try rules(
            "set: { X-A: b, X-Empty: \"\" }, add: { x-c: d, X-N: 5 }, remove: [X-E, Server]")
        #expect(
            rules?.set == [
                FieldRules.Field(name: "X-A", value: "b"), FieldRules.Field(name: "X-Empty", value: ""),
            ])
        #expect(
            rules?.add == [
                FieldRules.Field(name: "x-c", value: "d"), FieldRules.Field(name: "X-N", value: "5"),
            ])
        #expect(rules?.remove == ["X-E", "Server"])
        #expect(rules?.isEmpty == false)
        #expect(FieldRules().isEmpty)
        let response = try Reading.value(Reading.text(route: "response-fields: { remove: [Server] }"))
        #expect(response.routes.first?.responseFields.remove == ["Server"])
    }

    @Test(arguments: ["a\\r\\nb", "a\\nb", "a\\0b", "a\\x7f", "\\x01"])
    func `a value that would break the message is refused`(value: String) {
        let problems = problems("set: { X-A: \"\(value)\" }")
        #expect(problems.count == 1)
        #expect(
            problems.first?.hasPrefix("13:35: 'X-A' must have no line breaks and no control characters")
                == true)
    }

    @Test
    func `a value with space at its ends is refused`() {
        for value in [" a", "a ", "\\ta"] {
            #expect(
                problems("add: { X-A: \"\(value)\" }").first?.hasPrefix(
                    "13:35: 'X-A' must have no space at its ends")
                    == true)
        }
    }

    @Test(arguments: ["X A", "X:A", "", "X\\r\\nA", "Ä", "X(A)"])
    func `a name that is no token is refused`(name: String) {
        #expect(
            problems("set: { \"\(name)\": b }").first?.hasPrefix("13:30: a field name in 'set' must be")
                == true)
        #expect(
            problems("remove: [\"\(name)\"]").first?.hasPrefix("13:32: each entry of 'remove' must be")
                == true)
    }

    @Test(arguments: [
        "Connection", "content-length", "Transfer-Encoding", "HOST", "Upgrade", "TE", "Trailer",
    ])
    func `fields that frame the message are refused`(name: String) {
        let sentence = "'\(name)' cannot be changed: it is written for each message by the gateway itself"
        #expect(problems("set: { \(name): b }") == ["13:30: \(sentence)"])
        #expect(problems("remove: [\(name)]") == ["13:32: \(sentence)"])
    }

    @Test
    func `contradictions are refused`() {
        #expect(problems("set: { X-A: b, x-a: c }") == ["13:28: 'set' has the field 'x-a' more than once"])
        #expect(
            problems("set: { X-A: b }, remove: [x-a]") == [
                "13:48: 'x-a' is both set and removed: 'set' alone replaces it"
            ])
    }
}
