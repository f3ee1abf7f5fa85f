internal import TestSupport
internal import Testing

/// Clients that end while their request is held. One that has only said all waits for its answer (RFC 9112 section 9.6),
/// but no longer than anybody else; one that has gone frees its place.
@Suite(.logOnFailure)
struct HalfCloseTests {
    /// A service whose probes get an answer once the gate is open: until then it is starting.
    private func starting(until gate: Gate) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                if request.target == "/health" { try gate.wait() }
                try connection.send(RecordingUpstream.response(request.target))
            }
        }
    }

    private func configuration(_ upstream: RecordingUpstream, hold: String) -> GatewayConfiguration {
        let health = "{ type: http, path: /health, interval: 60s, timeout: 30s, rise: 1, fall: 10 }"
        return GatewayConfiguration(
            upstreams: [upstream], settings: ["health": health, "hold": hold], sections: ["workers": "1"])
    }

    @Test func `a held client that has said all gets its answer`() throws {
        let gate = Gate()
        let upstream = try starting(until: gate)
        try withGateway(configuration(upstream, hold: "{ timeout: 60s, queue: 1 }")) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/last", body: "hello"))
            client.finishSending()
            // Whoever comes behind it has his answer: so the end was seen, and has changed nothing.
            let next = try gateway.connect()
            try next.send(request("GET", "/next"))
            #expect(try next.readResponse().status == 503)
            #expect(!client.hasInput)
            gate.open()
            #expect(try client.readResponse(to: "POST").body.text == "/last")
            #expect(client.readToEnd().ending == .end)
        }
    }

    @Test func `a held client that has said all waits no longer than another`() throws {
        let gate = Gate()
        let upstream = try starting(until: gate)
        try withGateway(configuration(upstream, hold: "{ timeout: 500ms, queue: 1 }")) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            client.finishSending()
            #expect(try client.readResponse().status == 503)
            #expect(client.readToEnd().ending == .end)
            gate.open()
        }
    }

    @Test(arguments: [false, true])
    func `a held client that goes away frees its place at once`(hasSaidAll: Bool) throws {
        let gate = Gate()
        let upstream = try starting(until: gate)
        try withGateway(configuration(upstream, hold: "{ timeout: 60s, queue: 1 }")) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/gone"))
            if hasSaidAll { client.finishSending() }
            // Its place is the only one.
            let second = try gateway.connect()
            try second.send(request("GET", "/refused"))
            #expect(try second.readResponse().status == 503)
            client.reset()
            let record = try #require(try gateway.accessRecords(2).last)
            #expect(record.text(AccessKey.path) == "/gone" && record.number(AccessKey.status) == 499)
            let third = try gateway.connect()
            try third.send(request("GET", "/third"))
            gate.open()
            #expect(try third.readResponse().body.text == "/third")
        }
        let isSent = upstream.received.contains(text: "/gone")
        #expect(!isSent)
    }
}
