internal import TestSupport
internal import Testing

/// What changes in a head on its way through (RFC 9110 section 7.6, RFC 7239, RFC 9440).
@Suite(.logOnFailure)
struct ForwardingTests {
    /// Sends one request, and answers what reached the service and what came back.
    private func exchange(
        _ text: String, response: String = RecordingUpstream.response("ok"),
        listener: [String: String] = [:], sections: [String: String] = [:]
    ) throws -> (request: RequestMessage, response: ResponseMessage) {
        let upstream = try RecordingUpstream.answering(response)
        var configuration = GatewayConfiguration(upstreams: [upstream], sections: sections)
        configuration.listeners = [.init(settings: listener)]
        let answer = try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(text)
            return try client.readResponse()
        }
        let requests = try upstream.finish().flatMap(\.requests)
        return (try #require(requests.first), answer)
    }

    @Test func `fields that concern only one connection end there`() throws {
        let fields = """
            Connection: X-One, keep-alive, x-TWO\r
            X-One: 1\r
            X-Two: 2\r
            X-Three: 3\r
            Keep-Alive: timeout=5\r
            Proxy-Connection: keep-alive\r
            Upgrade: websocket\r
            TE: gzip\r

            """
        let (request, _) = try exchange(request("GET", "/", fields: fields))
        for name in ["X-One", "X-Two", "Keep-Alive", "Proxy-Connection", "Upgrade"] {
            #expect(request.fields.all(name).isEmpty, "\(name)")
        }
        #expect(!request.fields.has("gzip", in: "TE"))
        #expect(!request.fields.has("x-one", in: "Connection"))
        #expect(request.fields["X-Three"] == "3")
    }

    @Test func `fields of a response that concern only one connection end there`() throws {
        let fields =
            "Connection: X-One\r\nX-One: 1\r\nX-Two: 2\r\nKeep-Alive: timeout=5\r\nProxy-Connection: a\r\n"
        let (_, response) = try exchange(
            request(), response: RecordingUpstream.response("ok", fields: fields))
        for name in ["X-One", "Keep-Alive", "Proxy-Connection"] {
            #expect(response.fields.all(name).isEmpty, "\(name)")
        }
        #expect(response.fields["X-Two"] == "2")
    }

    @Test func `a nominated field cannot take away what the gateway relies on`() throws {
        let fields = "Connection: Host, Content-Length, X-Forwarded-For, Forwarded, X-Request-Id\r\n"
        let (seen, _) = try exchange(request("POST", "/", fields: fields, body: "hello"))
        #expect(seen.fields["Host"] == "limpet.test")
        #expect(seen.body.text == "hello")
        #expect(seen.fields["X-Forwarded-For"] == "127.0.0.1")
    }

    @Test func `Via names the gateway in both directions`() throws {
        let (seen, response) = try exchange(
            request("GET", "/", fields: "Via: 1.0 elder\r\n"),
            response: RecordingUpstream.response("ok", fields: "Via: 1.1 origin\r\n"))
        let towards = seen.fields.all("Via").joined(separator: ", ")
        #expect(towards.hasPrefix("1.0 elder, 1.1 "), "\(towards)")
        let back = response.fields.all("Via").joined(separator: ", ")
        #expect(back.hasPrefix("1.1 origin, 1.1 "), "\(back)")
    }

    @Test func `the service learns who asked`() throws {
        let (seen, _) = try exchange(request())
        #expect(seen.fields["X-Forwarded-For"] == "127.0.0.1")
        #expect(seen.fields["X-Forwarded-Proto"] == "http")
        #expect(seen.fields["X-Forwarded-Host"] == "limpet.test")
        let forwarded = seen.fields["Forwarded"]?.lowercased() ?? ""
        #expect(forwarded.contains("for=127.0.0.1") || forwarded.contains("for=\"127.0.0.1"), "\(forwarded)")
        #expect(forwarded.contains("proto=http"), "\(forwarded)")
        #expect(
            forwarded.contains("host=limpet.test") || forwarded.contains("host=\"limpet.test\""),
            "\(forwarded)")
    }

    private static let claims = """
        Forwarded: for=192.0.2.9;proto=https\r
        X-Forwarded-For: 192.0.2.9\r
        X-Forwarded-Proto: https\r
        X-Forwarded-Host: evil.test\r
        X-Forwarded-Port: 443\r
        X-Request-Id: chosen-by-client\r

        """

    @Test func `what a client claims about itself is dropped`() throws {
        let (seen, _) = try exchange(request("GET", "/", fields: Self.claims))
        #expect(seen.fields["X-Forwarded-For"] == "127.0.0.1")
        #expect(seen.fields["X-Forwarded-Proto"] == "http")
        #expect(seen.fields["X-Forwarded-Host"] == "limpet.test")
        let isClaimed = seen.head.contains(text: "192.0.2.9") || seen.head.contains(text: "evil.test")
        #expect(!isClaimed, "\(seen.head.readable)")
        #expect(seen.fields["X-Request-Id"] != "chosen-by-client")
    }

    @Test func `what a trusted proxy says is kept and continued`() throws {
        let (seen, _) = try exchange(
            request("GET", "/", fields: Self.claims), listener: ["trusted-proxies": "[\"127.0.0.0/8\"]"])
        let chain = seen.fields.all("X-Forwarded-For").joined(separator: ", ")
        #expect(chain == "192.0.2.9, 127.0.0.1")
        #expect(seen.fields["X-Forwarded-Proto"] == "https")
        let forwarded = seen.fields.all("Forwarded").joined(separator: ", ")
        #expect(forwarded.hasPrefix("for=192.0.2.9;proto=https, "), "\(forwarded)")
        #expect(seen.fields["X-Request-Id"] == "chosen-by-client")
    }

    @Test func `each request gets an identifier of its own`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for _ in 0..<3 {
                try client.send(request())
                _ = try client.readResponse()
            }
        }
        let identifiers = try upstream.finish().flatMap(\.requests).compactMap { $0.fields["X-Request-Id"] }
        #expect(Set(identifiers).count == 3)
        #expect(identifiers.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) }, "\(identifiers)")
    }

    @Test func `certificates that a client claims are always dropped`() throws {
        let fields = "Client-Cert: :AAAA:\r\nclient-cert-chain: :BBBB:\r\n"
        for listener in [[:], ["trusted-proxies": "[\"127.0.0.0/8\"]"]] {
            let (seen, _) = try exchange(request("GET", "/", fields: fields), listener: listener)
            #expect(seen.fields.all("Client-Cert").isEmpty)
            #expect(seen.fields.all("Client-Cert-Chain").isEmpty)
        }
    }

    @Test func `the absolute form becomes the origin form, and its host wins`() throws {
        let (seen, _) = try exchange("GET http://limpet.test:8080/a?b=c HTTP/1.1\r\nHost: other.test\r\n\r\n")
        #expect(seen.target == "/a?b=c")
        #expect(seen.fields["Host"] == "limpet.test:8080")
    }

    @Test func `the absolute form without a path means the root`() throws {
        let (seen, _) = try exchange("GET http://limpet.test HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
        #expect(seen.target == "/")
        let (options, _) = try exchange("OPTIONS http://limpet.test HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
        #expect(options.target == "*")
        let (query, _) = try exchange("GET http://limpet.test?a=b HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
        #expect(query.target == "/?a=b")
    }

    @Test func `OPTIONS for the whole server is answered, by the service or for it`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("OPTIONS", "*"))
            let status = try client.readResponse(to: "OPTIONS").status
            #expect((200...299).contains(status))
        }
        #expect(try upstream.finish().flatMap(\.requests).allSatisfy { $0.summary == "OPTIONS *" })
    }

    @Test func `Max-Forwards counts down, and stops TRACE and OPTIONS at zero`() throws {
        let (seen, _) = try exchange(request("OPTIONS", "/", fields: "Max-Forwards: 5\r\n"))
        #expect(seen.fields["Max-Forwards"] == "4")
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("OPTIONS", "/", fields: "Max-Forwards: 0\r\n"))
            #expect(try client.readResponse(to: "OPTIONS").status < 500)
        }
        #expect(try upstream.finish().flatMap(\.requests).count == 0)
    }

    @Test func `everything else passes as it came`() throws {
        let fields =
            "User-Agent: (x) y\r\nX-Empty:\r\nX-Twice: a\r\nx-twice: b\r\nX-Bytes: \u{E9}\u{2713}\r\nCookie: a=b; c=d\r\n"
        let target = "/a//b/../c;d=e?f=%2F&g=%00&h='(*)!$,/?:@"
        let (seen, response) = try exchange(
            request("DELETE", target, fields: fields),
            response: RecordingUpstream.response(
                "ok", fields: "Set-Cookie: a=b\r\nSet-Cookie: c=d; Path=/\r\n"))
        #expect(seen.summary == "DELETE \(target)")
        #expect(seen.fields["User-Agent"] == "(x) y")
        #expect(seen.fields["X-Empty"] == "")
        #expect(seen.fields.all("X-Twice") == ["a", "b"])
        #expect(seen.fields["X-Bytes"] == "\u{E9}\u{2713}")
        #expect(seen.fields["Cookie"] == "a=b; c=d")
        #expect(Array(response.fields.all("Set-Cookie").prefix(2)) == ["a=b", "c=d; Path=/"])
    }

    @Test func `a response without a date gets one, and one with a date keeps it`() throws {
        let (_, without) = try exchange(request())
        #expect(without.fields["Date"]?.hasSuffix(" GMT") == true)
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        let (_, with) = try exchange(
            request(), response: RecordingUpstream.response("ok", fields: "Date: \(date)\r\n"))
        #expect(with.fields["Date"] == date)
    }
}
