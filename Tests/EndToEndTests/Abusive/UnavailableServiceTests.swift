internal import TestSupport
internal import Testing

/// Services that cannot be reached at all.
@Suite(.logOnFailure)
struct UnavailableServiceTests {
    @Test func `a service that refused the probe gets no request, and the client gets 503 with Retry-After`()
        throws
    {
        let upstream = try RecordingUpstream.answering()
        try upstream.stopAccepting()
        let settings = [
            "health": "{ type: tcp, interval: 100ms, rise: 1, fall: 1 }",
            "hold": "{ timeout: 3s, queue: 16 }",
        ]
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: settings)) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            let response = try client.readResponse()
            #expect(response.status == 503)
            #expect(response.fields["Retry-After"].flatMap { Int($0) } != nil, "\(response.head.readable)")
        }
        #expect(try upstream.finish().flatMap(\.received).count == 0)
    }

    @Test func `a service that refuses connections although it was called running is answered for`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/before", fields: "Connection: close\r\n"))
            #expect(try client.readResponse().status == 200)
            try upstream.stopAccepting()
            upstream.stop()
            let second = try gateway.connect()
            try second.send(request("GET", "/after"))
            let response = try second.readResponse()
            #expect(response.status == 503, "nothing was sent to anybody")
            #expect(response.fields["Retry-After"] != nil, "\(response.head.readable)")
        }
    }

    @Test func `a service on a UNIX socket whose queue is full is busy, and not dead`() throws {
        let folder = try TemporaryFolder()
        let endpoint = Endpoint.unix(path: folder.file("busy.sock"))
        // It takes one connection, which is the probe's.
        let busy = try TestSupport.Socket.listening(on: endpoint, backlog: 0)
        defer { busy.close() }
        let settings = ["passive": "{ connect-failures: 1, error-share: 0 }", "retries": "2"]
        try withGateway(GatewayConfiguration([.init("portal", [endpoint], settings: settings)])) { gateway in
            #expect(gateway.waitForLog("portal-0@test: starting -> running"))
            for _ in 0..<3 {
                let client = try gateway.connect()
                try client.send(request())
                let response = try client.readResponse()
                #expect(response.status == 503)
                #expect(response.fields["Retry-After"] != nil)
            }
            #expect(!gateway.log.contains("notRunning"))
        }
    }

    @Test func `a request that waited for a starting service in vain gets 503 with Retry-After`() throws {
        // The probe connects, but no HTTP response ever comes: the instance stays starting.
        let upstream = try RecordingUpstream { _ in }
        let settings = [
            "health": "{ type: http, path: /health, interval: 60s, timeout: 30s, rise: 1, fall: 10 }",
            "hold": "{ timeout: 300ms, queue: 16 }",
        ]
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: settings)) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/held"))
            let response = try client.readResponse()
            #expect(response.status == 503)
            #expect(response.fields["Retry-After"] != nil)
        }
        let isSent = upstream.received.contains(text: "/held")
        #expect(!isSent)
    }

    @Test func `requests beyond the queue of a starting service get 503 at once`() throws {
        let upstream = try RecordingUpstream { _ in }
        let settings = [
            "health": "{ type: http, path: /health, interval: 60s, timeout: 30s, rise: 1, fall: 10 }",
            "hold": "{ timeout: 5s, queue: 2 }",
        ]
        var configuration = GatewayConfiguration(upstreams: [upstream], settings: settings)
        configuration.sections["workers"] = "1"
        try withGateway(configuration) { gateway in
            let clients = try (0..<3).map { _ in try gateway.connect() }
            for client in clients { try client.send(request()) }
            // Whichever came last: it is answered while the others still wait.
            let statuses = clients.map { client -> Int? in
                (try? client.readResponse(until: Deadline(in: .seconds(1))))?.status
            }
            #expect(statuses.compactMap { $0 } == [503])
        }
    }

    @Test func `a service without an instance that answers its host still leaves other services alone`()
        throws
    {
        let good = try RecordingUpstream.answering()
        let bad = try RecordingUpstream.answering()
        try bad.stopAccepting()
        var configuration = GatewayConfiguration([
            .init("good", [good.endpoint]),
            .init(
                "bad", [bad.endpoint],
                settings: ["health": "{ type: tcp, interval: 100ms, rise: 1, fall: 1 }"]),
        ])
        configuration.routes = [
            "{ host: \"*\", path: /, service: good }", "{ host: \"*\", path: /bad, service: bad }",
        ]
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/bad"))
            #expect(try client.readResponse().status == 503)
            let other = try gateway.connect()
            try other.send(request("GET", "/good"))
            #expect(try other.readResponse().status == 200)
        }
    }
}
