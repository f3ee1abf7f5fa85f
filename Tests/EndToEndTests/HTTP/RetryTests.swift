internal import TestSupport
internal import Testing

/// What is sent again, and what is not (RFC 9110 section 9.2.2).
@Suite(.logOnFailure)
struct RetryTests {
    private static let retrying = ["retries": "2"]

    /// Answers the first request of each connection, and closes the connection when the second one comes.
    private func closingAtSecondRequest(after reading: Bool) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send(RecordingUpstream.response("first"))
            if reading { try connection.readRequest() } else { _ = try connection.read(1) }
            connection.close()
        }
    }

    @Test func `a connection that died while idle is not used again, not even for a POST`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send(RecordingUpstream.response("ok"))
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for number in 1...10 {
                try client.send(request("POST", "/", body: "hello"))
                #expect(try client.readResponse().body.text == "ok")
                // Only when the connection is closed for good does the next request come.
                let isClosed = upstream.wait { records in
                    records.count { $0.isClosed && !$0.requests.isEmpty } == number ? true : nil
                }
                #expect(isClosed == true)
            }
        }
        #expect(try upstream.finish().flatMap(\.requests).count == 10)
    }

    @Test func `a safe request that a dying connection swallowed is sent again`() throws {
        let upstream = try closingAtSecondRequest(after: true)
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: Self.retrying)) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/one"))
            #expect(try client.readResponse().body.text == "first")
            try client.send(request("GET", "/two"))
            #expect(try client.readResponse().body.text == "first", "from a new connection")
        }
        #expect(try upstream.finish().flatMap(\.requests).map(\.target) == ["/one", "/two", "/two"])
    }

    @Test func `an idempotent request with a body that is gone is not sent again half`() throws {
        let upstream = try closingAtSecondRequest(after: true)
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: Self.retrying)) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/one"))
            #expect(try client.readResponse().body.text == "first")
            try client.send(request("PUT", "/two", body: "hello"))
            let status = try client.readResponse().status
            #expect([200, 502].contains(status))
        }
        // Whether it was sent again or not: only ever whole.
        #expect(try upstream.finish().flatMap(\.requests).dropFirst().allSatisfy { $0.body.text == "hello" })
    }

    @Test(arguments: [true, false])
    func `a POST that reached a service is never sent again`(_ isRead: Bool) throws {
        let upstream = try closingAtSecondRequest(after: isRead)
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: Self.retrying)) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/one"))
            #expect(try client.readResponse().body.text == "first")
            try client.send(request("POST", "/order", body: "one apple"))
            #expect(try client.readResponse().status == 502)
        }
        let times = try upstream.finish().filter {
            $0.received.contains(text: "/order") || !$0.requests.isEmpty
        }
        #expect(times.count == 1, "connections that saw a request")
    }

    @Test func `a request is not sent again when a part of the response has come`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nX-")
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: Self.retrying)) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            #expect(try client.readResponse().status == 502)
        }
        #expect(try upstream.finish().flatMap(\.requests).count == 1)
    }

    @Test func `the number of tries is bounded`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: Self.retrying)) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            #expect(try client.readResponse().status == 502)
        }
        let count = try upstream.finish().flatMap(\.requests).count
        #expect((1...3).contains(count), "\(count) tries")
    }

    @Test func `a refused connection leads to another instance, even for a POST`() throws {
        let dead = try RecordingUpstream.answering()
        let alive = try RecordingUpstream.answering()
        let configuration = GatewayConfiguration(upstreams: [dead, alive], settings: Self.retrying)
        try withGateway(configuration) { gateway in
            // Until both are running for the gateway, and each has had its share.
            let isShared = try Deadline().poll {
                let client = try gateway.connect()
                try client.send(request("GET", "/", fields: "Connection: close\r\n"))
                #expect(try client.readResponse().status == 200)
                return !dead.requests.isEmpty && !alive.requests.isEmpty
            }
            #expect(isShared)
            try dead.stopAccepting()
            dead.stop()
            for number in 0..<10 {
                let client = try gateway.connect()
                try client.send(request("POST", "/\(number)", body: "hello"))
                #expect(try client.readResponse().status == 200)
            }
        }
        let posts = try alive.finish().flatMap(\.requests).filter { $0.method == "POST" }
        #expect(Set(posts.map(\.target)).count == 10)
    }

    @Test func `idle connections to a service are bounded and come back to use`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(
            upstreams: [upstream], settings: ["pool": "{ idle: 2, idle-timeout: 30s, per-instance: 0 }"])
        configuration.sections["workers"] = "1"
        try withGateway(configuration) { gateway in
            let clients = try (0..<8).map { _ in try gateway.connect() }
            for client in clients { try client.send(request()) }
            for client in clients { #expect(try client.readResponse().status == 200) }
            let open = upstream.wait { records -> Int? in
                let open = records.count { $0.ending == nil && !$0.requests.isEmpty }
                return open <= 2 ? open : nil
            }
            #expect(open != nil, "no more than two stay")
        }
    }
}
