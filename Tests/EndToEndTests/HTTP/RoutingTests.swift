internal import TestSupport
internal import Testing

/// Routes by host and path, redirects and field rules.
@Suite(.logOnFailure)
struct RoutingTests {
    /// Runs `body` with a gateway in front of services that answer with their names.
    private func serving(
        _ names: [String], routes: [String], _ body: (GatewayProcess) throws -> Void
    ) throws {
        let upstreams = try names.map { name in
            try RecordingUpstream.answering(RecordingUpstream.response(name))
        }
        defer { for upstream in upstreams { upstream.stop() } }
        var configuration = GatewayConfiguration(
            zip(names, upstreams).map { name, upstream in .init(name, [upstream.endpoint]) })
        configuration.routes = routes
        try withGateway(configuration, body)
    }

    private func ask(_ gateway: GatewayProcess, host: String, _ target: String) throws -> String {
        let client = try gateway.connect()
        try client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        let response = try client.readResponse()
        return response.status == 200 ? response.body.text : "\(response.status)"
    }

    private func expect(
        _ gateway: GatewayProcess, _ expected: [(host: String, target: String, answer: String)]
    ) throws {
        for (host, target, wanted) in expected {
            let answer = try ask(gateway, host: host, target)
            #expect(answer == wanted, "\(host) \(target)")
        }
    }

    @Test func `the most specific host wins`() throws {
        let routes = [
            "{ host: \"*\", path: /, service: any }", "{ host: \"*.limpet.test\", path: /, service: wild }",
            "{ host: \"*.deep.limpet.test\", path: /, service: deep }",
            "{ host: www.limpet.test, path: /, service: exact }",
        ]
        try serving(["any", "wild", "deep", "exact"], routes: routes) { gateway in
            try expect(
                gateway,
                [
                    ("www.limpet.test", "/", "exact"), ("WWW.Limpet.TEST", "/", "exact"),
                    ("www.limpet.test.", "/", "exact"), ("api.limpet.test.:80", "/", "wild"),
                    ("www.limpet.test:8080", "/", "exact"), ("api.limpet.test", "/", "wild"),
                    ("a.deep.limpet.test", "/", "deep"), ("limpet.test", "/", "any"),
                    ("xlimpet.test", "/", "any"),
                    ("127.0.0.1", "/", "any"), ("[::1]:80", "/", "any"),
                ])
        }
    }

    @Test func `the longest path wins, on the borders of its segments`() throws {
        let routes = [
            "{ host: \"*\", path: /, service: root }", "{ host: \"*\", path: /api, service: api }",
            "{ host: \"*\", path: /api/v2, service: v2 }",
        ]
        try serving(["root", "api", "v2"], routes: routes) { gateway in
            try expect(
                gateway,
                [
                    ("a", "/", "root"), ("a", "/apiary", "root"), ("a", "/api", "api"), ("a", "/api/", "api"),
                    ("a", "/api?x=/api/v2", "api"), ("a", "/api/v20", "api"), ("a", "/api/v2", "v2"),
                    ("a", "/api/v2?x", "v2"), ("a", "/api/v2/x", "v2"), ("a", "http://a/api/v2/x", "v2"),
                ])
        }
    }

    @Test func `a host or a path without a route gets 404, or 421 for the host`() throws {
        let routes = ["{ host: limpet.test, path: /app, service: portal }"]
        try serving(["portal"], routes: routes) { gateway in
            try expect(gateway, [("limpet.test", "/app/x", "portal"), ("limpet.test", "/other", "404")])
            let answer = try ask(gateway, host: "other.test", "/app")
            #expect(["404", "421"].contains(answer))
        }
    }

    @Test func `requests of one connection go where each belongs`() throws {
        let routes = [
            "{ host: \"*\", path: /, service: one }", "{ host: \"*\", path: /two, service: two }",
        ]
        try serving(["one", "two"], routes: routes) { gateway in
            let client = try gateway.connect()
            try client.send((0..<10).map { request("GET", $0 % 2 == 0 ? "/one" : "/two") }.joined())
            for number in 0..<10 {
                #expect(try client.readResponse().body.text == (number % 2 == 0 ? "one" : "two"))
            }
        }
    }

    @Test func `a listener can send all clients to HTTPS`() throws {
        let upstream = try RecordingUpstream.echoing()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(settings: ["redirect-to-https": "{ port: 8443 }"])]
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send("GET /a?b=c HTTP/1.1\r\nHost: limpet.test:8080\r\n\r\n")
            let get = try client.readResponse()
            #expect([301, 308].contains(get.status))
            #expect(get.fields["Location"] == "https://limpet.test:8443/a?b=c")
            let other = try gateway.connect()
            try other.send(request("POST", "/form", body: "hello"))
            let post = try other.readResponse()
            #expect(post.status == 308, "a POST must stay one")
            #expect(post.fields["Location"] == "https://limpet.test:8443/form")
        }
        #expect(try upstream.finish().flatMap(\.received).count == 0)
    }

    @Test func `who names no host is not redirected to nowhere`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(settings: ["redirect-to-https": "true"]), .init()]
        configuration.routes = [
            "{ host: \"*\", path: /, service: portal }",
            "{ host: \"*\", path: /secure, redirect: { to: https } }",
        ]
        try withGateway(configuration) { gateway in
            for (endpoint, target) in zip(gateway.endpoints, ["/", "/secure"]) {
                let client = try RawClient(to: endpoint)
                try client.send("GET \(target) HTTP/1.0\r\n\r\n")
                let response = try client.readResponse()
                #expect(response.status == 400)
                #expect(response.fields["Location"] == nil)
            }
        }
    }

    @Test func `the standard port is not written into the redirect`() throws {
        let upstream = try RecordingUpstream.echoing()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(settings: ["redirect-to-https": "true"])]
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send("GET / HTTP/1.1\r\nHost: limpet.test:80\r\n\r\n")
            #expect(try client.readResponse().fields["Location"] == "https://limpet.test/")
            let literal = try gateway.connect()
            try literal.send("GET /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n")
            #expect(try literal.readResponse().fields["Location"] == "https://[::1]/x")
        }
    }

    @Test func `a route can redirect instead of serving`() throws {
        let routes = [
            "{ host: \"*\", path: /, service: portal }",
            "{ host: \"*\", path: /secure, redirect: { to: https } }",
        ]
        try serving(["portal"], routes: routes) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/secure/x"))
            let response = try client.readResponse()
            #expect([301, 308].contains(response.status))
            #expect(response.fields["Location"] == "https://limpet.test/secure/x")
            try expect(gateway, [("limpet.test", "/open", "portal")])
        }
    }

    @Test func `field rules set, add and remove in both directions`() throws {
        let upstream = try RecordingUpstream.answering(
            RecordingUpstream.response("ok", fields: "Server: old\r\nX-Secret: s\r\nX-Add: theirs\r\n"))
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.routes = [
            """
            { host: "*", path: /, service: portal, \
            request-fields: { set: { X-Set: new }, add: { X-Add: ours }, remove: [X-Drop] }, \
            response-fields: { set: { Server: limpet }, add: { X-Add: ours }, remove: [X-Secret] } }
            """
        ]
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            let fields = "X-Set: old\r\nx-set: older\r\nX-Add: theirs\r\nx-drop: 1\r\nX-Keep: k\r\n"
            try client.send(request("GET", "/", fields: fields))
            let response = try client.readResponse()
            #expect(response.fields["Server"] == "limpet")
            #expect(response.fields.all("X-Add") == ["theirs", "ours"])
            #expect(response.fields.all("X-Secret").isEmpty)
        }
        let seen = try #require(try upstream.finish().flatMap(\.requests).first)
        #expect(seen.fields.all("X-Set") == ["new"])
        #expect(seen.fields.all("X-Add") == ["theirs", "ours"])
        #expect(seen.fields.all("X-Drop").isEmpty)
        #expect(seen.fields["X-Keep"] == "k")
    }
}
