internal import TestSupport
internal import Testing

/// Bodies in both directions, in every framing (RFC 9112 sections 6 and 7).
@Suite(.logOnFailure)
struct BodyTests {
    private static let ok = "HTTP/1.1 200 OK\r\n"

    @Test func `a chunked request keeps its data and its trailers, and loses its extensions`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            let head = request("POST", "/up", fields: "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n")
            let body = "5;a=b;c=\"d e\"\r\nhello\r\n006\r\n world\r\n0;last\r\nX-Sum: 11\r\n\r\n"
            try client.send([UInt8](head + body), pieces: 30)
            #expect(try client.readResponse().status == 200)
        }
        let records = try upstream.finish()
        let requests = records.flatMap(\.requests)
        #expect(requests.map(\.body.text) == ["hello world"])
        #expect(requests.first?.trailers["X-Sum"] == "11")
        let hasExtension = records.contains { $0.received.contains(text: ";a=b") }
        #expect(!hasExtension)
    }

    @Test func `a chunked response keeps its data and its trailers`() throws {
        let answer =
            Self.ok + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            + "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n"
        let upstream = try RecordingUpstream.answering(answer)
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for _ in 0..<3 {
                try client.send(request("GET", "/", fields: "TE: trailers\r\n"))
                let response = try client.readResponse()
                #expect(response.framing == .chunked)
                #expect(response.body.text == "hello world")
                #expect(response.trailers["X-Sum"] == "11")
            }
        }
    }

    @Test func `a chunked response reaches an HTTP/1.0 client without chunks`() throws {
        let answer = Self.ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        let upstream = try RecordingUpstream.answering(answer)
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send("GET / HTTP/1.0\r\nHost: limpet.test\r\nConnection: keep-alive\r\n\r\n")
            let response = try client.readResponse()
            #expect(response.framing == .untilClose)
            #expect(response.body.text == "hello")
        }
    }

    @Test func `a body that ends with its connection gets a framing`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send(Self.ok + "\r\nhello")
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for _ in 0..<2 {
                try client.send(request())
                let response = try client.readResponse()
                #expect(response.framing == .chunked, "\(response.head.readable)")
                #expect(response.body.text == "hello")
            }
        }
    }

    @Test func `an HTTP/1.0 response is understood`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.0 200 OK\r\n\r\nhello")
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            let response = try client.readResponse()
            #expect(response.version == "HTTP/1.1")
            #expect(response.body.text == "hello")
        }
    }

    @Test func `HEAD has the fields of GET and no body`() throws {
        let upstream = try RecordingUpstream.answering(
            Self.ok + "Content-Length: 1234\r\nETag: \"a\"\r\n\r\n")
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for _ in 0..<2 {
                try client.send(request("HEAD"))
                let response = try client.readResponse(to: "HEAD")
                #expect(response.status == 200)
                #expect(response.fields["Content-Length"] == "1234")
                #expect(response.fields["ETag"] == "\"a\"")
            }
        }
    }

    @Test(arguments: ["204 No Content", "304 Not Modified"])
    func `a status without a body leaves the connection in step`(_ status: String) throws {
        let upstream = try RecordingUpstream.answering("HTTP/1.1 \(status)\r\nETag: \"a\"\r\n\r\n")
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for _ in 0..<3 {
                try client.send(request())
                let response = try client.readResponse()
                #expect(status.hasPrefix("\(response.status) "))
                #expect(response.framing == .none)
            }
        }
    }

    @Test func `empty bodies are empty in every framing`() throws {
        let upstream = try RecordingUpstream { connection in
            let answers = ["Content-Length: 0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]
            for answer in answers {
                try connection.readRequest()
                try connection.send(Self.ok + answer)
            }
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/a", body: ""))
            #expect(try client.readResponse().body.isEmpty)
            try client.send(request("POST", "/b", fields: "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n")
            #expect(try client.readResponse().body.isEmpty)
        }
        #expect(try upstream.finish().flatMap(\.requests).map(\.body.count) == [0, 0])
    }

    @Test func `a method that nobody knows passes with its body`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("PROPFIND", "/dav", body: "<all/>"))
            #expect(try client.readResponse().body.text == "PROPFIND /dav")
        }
        #expect(try upstream.finish().flatMap(\.requests).map(\.body.text) == ["<all/>"])
    }

    @Test func `bodies of every size near the edges of buffers arrive whole`() throws {
        let upstream = try RecordingUpstream { connection in
            while true {
                let body = try connection.readRequest().body
                try connection.send([UInt8](Self.ok + "Content-Length: \(body.count)\r\n\r\n") + body)
            }
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for exponent in [10, 12, 14, 15, 16, 17, 20] {
                for size in [(1 << exponent) - 1, 1 << exponent, (1 << exponent) + 1] {
                    let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                    try client.send(
                        [UInt8](request("POST", "/", fields: "Content-Length: \(size)\r\n")) + body)
                    let isSame = try client.readResponse().body == body
                    #expect(isSame, "a body of \(size) bytes")
                }
            }
        }
    }
}
