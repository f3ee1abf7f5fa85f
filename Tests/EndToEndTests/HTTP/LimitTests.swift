internal import TestSupport
internal import Testing

/// Limits, and what lies just within them.
@Suite(.logOnFailure)
struct LimitTests {
    private func ask(_ text: String, limits: String) throws -> Int {
        let upstream = try RecordingUpstream.echoing()
        return try withGateway(
            GatewayConfiguration(upstreams: [upstream], sections: ["limits": limits])
        ) { gateway in
            let client = try gateway.connect()
            try client.send(text)
            return try client.readResponse().status
        }
    }

    @Test func `a target as long as allowed passes, a longer one gets 414`() throws {
        let limits = "{ head: 16KiB, target: 1KiB }"
        let longest = "/" + String(repeating: "a", count: 1023)
        #expect(try ask(request("GET", longest), limits: limits) == 200)
        #expect(try ask(request("GET", longest + "a"), limits: limits) == 414)
    }

    @Test func `as many fields as allowed pass, one more gets 431`() throws {
        let limits = "{ fields: 20 }"
        let fields = (0..<19).map { "X-\($0): a\r\n" }.joined()
        #expect(try ask(request(fields: fields), limits: limits) == 200)
        #expect(try ask(request(fields: fields + "X-Last: a\r\n"), limits: limits) == 431)
    }

    @Test func `a head as large as allowed passes, a larger one gets 431`() throws {
        let limits = "{ head: 4KiB, target: 1KiB }"
        let padding = 4096 - request(fields: "X-A: \r\n").utf8.count
        #expect(
            try ask(
                request(fields: "X-A: " + String(repeating: "a", count: padding) + "\r\n"), limits: limits)
                == 200)
        #expect(
            try ask(
                request(fields: "X-A: " + String(repeating: "a", count: padding + 1) + "\r\n"), limits: limits
            ) == 431)
    }

    @Test func `a body as large as allowed passes, a larger one gets 413`() throws {
        let limits = "{ body: 1KiB }"
        let body = String(repeating: "a", count: 1024)
        #expect(try ask(request("POST", "/", body: body), limits: limits) == 200)
        #expect(try ask(request("POST", "/", body: body + "a"), limits: limits) == 413)
        let chunked = request("POST", "/", fields: "Transfer-Encoding: chunked\r\n")
        #expect(try ask(chunked + "400\r\n\(body)\r\n0\r\n\r\n", limits: limits) == 200)
        #expect(try ask(chunked + "400\r\n\(body)\r\n1\r\na\r\n0\r\n\r\n", limits: limits) == 413)
    }

    @Test func `a body that is refused by its length is refused before it is sent`() throws {
        let upstream = try RecordingUpstream.answering()
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["limits": "{ body: 1KiB }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/", fields: "Content-Length: 2000\r\nExpect: 100-continue\r\n"))
            let first = try client.readHead(to: "POST")
            #expect(first.status == 413, "no 100 before it")
        }
        #expect(try upstream.finish().flatMap(\.received).count == 0)
    }

    @Test func `a source gets only as many connections as it may have`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(settings: ["connections-per-source": "2"])]
        try withGateway(configuration) { gateway in
            let first = try gateway.connect()
            let second = try gateway.connect()
            for client in [first, second] {
                try client.send(request())
                #expect(try client.readResponse().status == 200)
            }
            let third = try gateway.connect()
            try third.send(request())
            let refused = third.readToEnd()
            #expect(refused.ending != .open)
            #expect(refused.bytes.isEmpty || refused.bytes.contains(text: " 503 "))

            let elsewhere = try gateway.connect(from: "127.0.0.2")
            try elsewhere.send(request())
            #expect(try elsewhere.readResponse().status == 200, "another source has its own share")

            first.close()
            let isFree = try Deadline().poll {
                let fourth = try gateway.connect()
                try fourth.send(request())
                return (try? fourth.readResponse().status) == 200
            }
            #expect(isFree, "a connection that ended makes room")
        }
    }

    @Test func `a listener gets only as many connections as it may have`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(settings: ["connections": "2"]), .init()]
        try withGateway(configuration) { gateway in
            let clients = try (0..<2).map { _ in try gateway.connect() }
            for client in clients {
                try client.send(request())
                #expect(try client.readResponse().status == 200)
            }
            let third = try gateway.connect()
            try third.send(request())
            #expect(third.readToEnd().ending != .open)
            let other = try gateway.connect(listener: 1)
            try other.send(request())
            #expect(try other.readResponse().status == 200, "the other listener has room")
        }
    }
}
