internal import TestSupport
internal import Testing

/// Connections of clients: kept, pipelined, closed (RFC 9112 section 9).
@Suite(.logOnFailure)
struct ConnectionTests {
    @Test func `requests of one connection are answered one after the other`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for number in 0..<20 {
                try client.send(request("GET", "/\(number)"))
                let response = try client.readResponse()
                #expect(response.status == 200)
                #expect(response.body.text == "GET /\(number)")
                #expect(!response.announcesClose)
            }
        }
        let used = try upstream.finish().filter { !$0.requests.isEmpty }
        #expect(used.count == 1, "connections to the service")
    }

    @Test func `pipelined requests are answered in their order`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send((0..<50).map { request("GET", "/\($0)") }.joined())
            for number in 0..<50 {
                #expect(try client.readResponse().body.text == "GET /\(number)")
            }
        }
    }

    @Test func `pipelined requests with bodies are kept apart`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            let chunked =
                request("POST", "/b", fields: "Transfer-Encoding: chunked\r\n") + "3\r\ntwo\r\n0\r\n\r\n"
            try client.send(
                request("POST", "/a", body: "one") + chunked + request("HEAD", "/c") + request("GET", "/d"))
            #expect(try client.readResponse().body.text == "POST /a")
            #expect(try client.readResponse().body.text == "POST /b")
            #expect(try client.readResponse(to: "HEAD").body.isEmpty)
            #expect(try client.readResponse().body.text == "GET /d")
        }
        let requests = try upstream.finish().flatMap(\.requests).sorted { $0.number < $1.number }
        #expect(requests.map(\.body.text) == ["one", "two", "", ""])
    }

    @Test func `a request that comes byte by byte is understood`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            let bytes = [UInt8](request("POST", "/slow", body: "hello"))
            try client.send(bytes, pieces: bytes.count)
            #expect(try client.readResponse().body.text == "POST /slow")
        }
        #expect(try upstream.finish().flatMap(\.requests).map(\.body.text) == ["hello"])
    }

    @Test func `Connection close is honoured`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(
                request("GET", "/last", fields: "Connection: close\r\n") + request("GET", "/behind"))
            let response = try client.readResponse()
            #expect(response.body.text == "GET /last")
            #expect(response.announcesClose)
            let rest = client.readToEnd()
            #expect(rest.bytes.isEmpty)
            #expect(rest.ending != .open)
        }
        #expect(try upstream.finish().flatMap(\.requests).map(\.target) == ["/last"])
    }

    @Test func `HTTP/1.0 closes unless it is asked to stay`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send("GET /old HTTP/1.0\r\nHost: limpet.test\r\n\r\n")
            let response = try client.readResponse()
            #expect(response.body.text == "GET /old")
            #expect(client.readToEnd().ending == .end)

            let staying = try gateway.connect()
            for number in 0..<2 {
                try staying.send(
                    "GET /\(number) HTTP/1.0\r\nHost: limpet.test\r\nConnection: keep-alive\r\n\r\n")
                let response = try staying.readResponse()
                #expect(response.body.text == "GET /\(number)")
                #expect(response.fields.has("keep-alive", in: "Connection"))
            }
        }
        #expect(try upstream.finish().flatMap(\.requests).allSatisfy { $0.version == "HTTP/1.1" })
    }

    @Test func `HTTP/1.0 needs no Host`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send("GET /old HTTP/1.0\r\n\r\n")
            #expect(try client.readResponse().body.text == "GET /old")
        }
        // The reader of the upstream insists on exactly one Host.
        #expect(try upstream.finish().flatMap(\.requests).map(\.target) == ["/old"])
    }

    @Test func `a minor version that is not known is refused`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send("GET /new HTTP/1.2\r\nHost: limpet.test\r\n\r\n")
            #expect(try client.readResponse().status == 505)
            #expect(client.readToEnd().ending == .end)
        }
        #expect(try upstream.finish().flatMap(\.requests).isEmpty)
    }

    @Test func `an empty line before a request is passed over`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send("\r\n" + request("GET", "/a"))
            #expect(try client.readResponse().body.text == "GET /a")
            try client.send("\r\n" + request("GET", "/b"))
            #expect(try client.readResponse().body.text == "GET /b")
        }
    }

    @Test func `a client that has said all gets its answer`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/half", body: "hello"))
            client.finishSending()
            #expect(try client.readResponse().body.text == "POST /half")
            #expect(client.readToEnd().ending == .end)
        }
    }

    @Test func `a client that ends within a request leaves nothing behind`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let first = try gateway.connect()
            try first.send(request())
            _ = try first.readResponse()
            let before = gateway.descriptorCount
            for beginning in ["GET", request("POST", "/cut", fields: "Content-Length: 10\r\n") + "hello"] {
                let client = try gateway.connect()
                try client.send(beginning)
                client.reset()
                let other = try gateway.connect()
                try other.send(beginning)
                other.close()
            }
            #expect(gateway.descriptors(comeDownTo: before) <= before, "descriptors")
        }
        let whole = try upstream.finish().filter { $0.received.contains(text: "/cut") && $0.ending == nil }
        #expect(whole.isEmpty, "the service learns that the request broke off")
    }

    @Test func `the last of the allowed requests of a connection closes it`() throws {
        let upstream = try RecordingUpstream.echoing()
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["limits": "{ requests-per-connection: 2 }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/1"))
            #expect(try !client.readResponse().announcesClose)
            try client.send(request("GET", "/2"))
            let last = try client.readResponse()
            #expect(last.status == 200)
            #expect(last.announcesClose)
            #expect(client.readToEnd().ending == .end)
        }
    }

    @Test func `many clients are served at once, and no descriptor stays`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let first = try gateway.connect()
            try first.send(request())
            _ = try first.readResponse()
            first.close()
            let before = gateway.descriptorCount
            let clients = try (0..<200).map { _ in try gateway.connect() }
            for (number, client) in clients.enumerated() { try client.send(request("GET", "/\(number)")) }
            for (number, client) in clients.enumerated() {
                #expect(try client.readResponse().body.text == "GET /\(number)")
            }
            for client in clients { client.close() }
            upstream.stop()
            #expect(gateway.descriptors(comeDownTo: before) <= before, "descriptors")
        }
    }
}
