internal import TestSupport
internal import Testing

/// Slow clients and slow services (RFC 9110 sections 15.5.9 and 15.6.5).
@Suite(.logOnFailure)
struct TimeoutTests {
    private func configuration(_ upstream: RecordingUpstream, _ timeouts: String) -> GatewayConfiguration {
        GatewayConfiguration(upstreams: [upstream], sections: ["timeouts": timeouts])
    }

    @Test func `a head that does not end gets 408, and nothing of it reaches the service`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, "{ head: 500ms, drain: 1s }")) { gateway in
            for beginning in ["G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: limpet.test\r\nX-A: b\r\n"]
            {
                let client = try gateway.connect()
                try client.send(beginning)
                let response = try client.readResponse()
                #expect(response.status == 408)
                #expect(response.announcesClose)
                #expect(client.readToEnd().ending != .open)
            }
        }
        #expect(try upstream.finish().flatMap(\.received).count == 0)
    }

    @Test func `a head that trickles in gets 408, however steadily`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, "{ head: 500ms, drain: 1s }")) { gateway in
            let client = try gateway.connect()
            try client.send("GET / HTTP/1.1\r\nHost: limpet.test\r\nX-A: ")
            // A byte every 50 ms, until the answer comes.
            let head = Deadline().poll(every: .milliseconds(50)) {
                (try? client.send("a")) == 0 || client.hasInput
            }
            #expect(head)
            #expect(try client.readResponse().status == 408)
        }
        #expect(try upstream.finish().flatMap(\.received).count == 0)
    }

    @Test func `a handshake that does not begin, or does not go on, ends in its time`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        var configuration = configuration(upstream, "{ handshake: 500ms, drain: 1s }")
        configuration.sections["tls"] = try TestCertificate(in: folder).section
        configuration.listeners = [.init(mode: "terminate")]
        let hello = try HelloCapture.hello()
        try withGateway(configuration, folder: folder) { gateway in
            for beginning in [0, 1, hello.count / 2] {
                let client = try gateway.connect()
                try client.send(Array(hello.prefix(beginning)))
                #expect(client.readToEnd(until: Deadline(in: .seconds(8))).ending != .open)
            }
        }
    }

    /// An instance whose kernel takes no connection after the first, which is the probe's, and one that is well.
    @Test(arguments: [true, false])
    func `a connection that is not made in its time leads to another instance`(
        isThereOne: Bool
    ) throws {
        let stuck = try TestSupport.Socket.listening(backlog: 0)
        defer { stuck.close() }
        let good = try RecordingUpstream.answering()
        let endpoints = [Endpoint.ipv4(port: stuck.port)] + (isThereOne ? [good.endpoint] : [])
        var configuration = GatewayConfiguration([
            .init("portal", endpoints, settings: ["retries": "2"])
        ])
        configuration.sections["timeouts"] = "{ connect: 300ms, drain: 1s }"
        try withGateway(configuration) { gateway in
            for number in endpoints.indices {
                #expect(gateway.waitForLog("portal-\(number)@test: starting -> running"))
            }
            for _ in 0..<4 {
                let client = try gateway.connect()
                try client.send(request("POST", "/", body: "hello"))
                let response = try client.readResponse(to: "POST", until: Deadline(in: .seconds(8)))
                #expect(response.status == (isThereOne ? 200 : 503))
                #expect((response.fields["Retry-After"] != nil) == !isThereOne)
            }
            let times = try gateway.accessRecords(4).compactMap { $0.number(AccessKey.connect) }
            #expect(times.contains { $0 >= 299 }, "it was tried, and the log says how long: \(times)")
        }
    }

    @Test func `a connection without a request is closed without a word`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, "{ idle: 500ms, head: 500ms, drain: 1s }")) { gateway in
            let fresh = try gateway.connect()
            let used = try gateway.connect()
            try used.send(request())
            #expect(try used.readResponse().status == 200)
            for client in [fresh, used] {
                let rest = client.readToEnd()
                #expect(rest.bytes.readable == [UInt8]().readable)
                #expect(rest.ending == .end)
            }
        }
    }

    @Test func `a response that begins after the connection's age is its last, and whole`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            while true {
                if try connection.readRequest().target == "/long" { try gate.wait() }
                try connection.send(RecordingUpstream.response("whole"))
            }
        }
        try withGateway(configuration(upstream, "{ age: 300ms, drain: 1s }")) { gateway in
            let old = try gateway.connect()
            try old.send(request("GET", "/long"))
            // Two connections one after the other, each as old as it may get: the first one is older than that by then,
            // though some live a tenth less than others.
            for _ in 0..<2 {
                let clock = try gateway.connect()
                let isOver = try Deadline().poll {
                    try clock.send(request())
                    return try clock.readResponse().announcesClose
                }
                #expect(isOver && clock.readToEnd().ending == .end)
            }
            gate.open()
            let last = try old.readResponse()
            #expect(last.status == 200 && last.body.text == "whole" && last.announcesClose)
            let rest = old.readToEnd()
            #expect(rest.bytes.isEmpty && rest.ending == .end)
        }
        upstream.stop()
    }

    @Test func `a body that does not go on gets 408 or the end, and never a whole request`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, "{ body: 500ms, drain: 1s }")) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/", fields: "Content-Length: 10\r\n") + "hello")
            let response = try client.readResponse(to: "POST")
            #expect(response.status == 408)
            #expect(client.readToEnd().ending != .open)
        }
        let records = try upstream.finish().filter { !$0.received.isEmpty }
        #expect(records.allSatisfy { $0.requests.allSatisfy { $0.body.count < 10 } })
    }

    @Test func `a body that goes on slowly is served`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(configuration(upstream, "{ body: 1s, response: 1s, drain: 1s }")) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/slow", fields: "Content-Length: 30\r\n"))
            var left = 30
            // Longer than the time-out in all, but never between two pieces.
            _ = Deadline(in: .seconds(5)).poll(every: .milliseconds(60)) {
                left -= (try? client.send("x")) ?? left
                return left == 0
            }
            #expect(try client.readResponse().body.text == "POST /slow")
        }
    }

    @Test func `a service may take times of its own`() throws {
        let upstream = try RecordingUpstream { connection in
            // Either connection of the client may be served by the worker that has this one.
            while true {
                try connection.readRequest()
                for part in ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "on", "ly"] {
                    // That nothing happens for so long is what is tested.
                    _ = Deadline(in: .milliseconds(700)).poll { false }
                    try connection.send(part)
                }
            }
        }
        let sections = ["timeouts": "{ response: 300ms, body: 300ms, drain: 1s }"]
        let settings = ["timeouts": "{ response: 10s, body: 10s }"]
        try withGateway(
            GatewayConfiguration(upstreams: [upstream], settings: settings, sections: sections)
        ) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            #expect(try client.readResponse().body.text == "only")
            let stream = try FrameClient(gateway.connect())
            #expect(try stream.exchange().content.text == "only")
            stream.close()
        }
        upstream.stop()
    }

    @Test func `a service that says nothing gets 504 for its client, and the connection to it ends`() throws {
        let upstream = try RecordingUpstream { connection in try connection.readRequest() }
        try withGateway(configuration(upstream, "{ response: 500ms, drain: 1s }")) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            #expect(try client.readResponse().status == 504)
            let isEnded = upstream.wait { records in
                records.contains { !$0.requests.isEmpty && $0.ending != nil } ? true : nil
            }
            #expect(isEnded == true)
        }
        #expect(try upstream.finish().flatMap(\.requests).count == 1)
    }

    @Test
    func `a service that keeps the connection waiting is not taken for silent while the body still comes`()
        throws
    {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(configuration(upstream, "{ body: 5s, response: 300ms, drain: 1s }")) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/long", fields: "Content-Length: 10\r\n") + "hello")
            // Nothing can be waited for here: that nothing happens is what is tested.
            #expect(client.readToEnd(until: Deadline(in: .milliseconds(900))).ending == .open)
            try client.send("world")
            #expect(try client.readResponse().body.text == "POST /long")
        }
    }

    @Test func `two hundred slow clients keep nobody from being served`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, "{ head: 2s, drain: 1s }")) { gateway in
            let slow = try (0..<200).map { _ in try gateway.connect() }
            for client in slow { try client.send("GET / HTTP/1.1\r\nHo") }
            let quick = try gateway.connect()
            for _ in 0..<20 {
                try quick.send(request())
                #expect(try quick.readResponse().status == 200)
            }
            for client in slow { #expect(try client.readResponse().status == 408) }
        }
    }
}
