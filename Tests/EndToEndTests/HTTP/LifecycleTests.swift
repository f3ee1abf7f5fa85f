internal import TestSupport
internal import Testing

/// TERM, INT and HUP while requests are under way.
@Suite(.logOnFailure)
struct LifecycleTests {
    /// Begins each response, and ends it when the gate opens.
    private func gated(_ gate: Gate) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                try connection.readRequest()
                try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
                try gate.wait()
                try connection.send("world")
            }
        }
    }

    /// A client whose response has begun.
    private func busyClient(of gateway: GatewayProcess) throws -> RawClient {
        let client = try gateway.connect()
        try client.send(request())
        _ = try client.readHead()
        return client
    }

    @Test func `a request that is under way finishes after TERM`() throws {
        let gate = Gate()
        let upstream = try gated(gate)
        let gateway = try GatewayProcess(GatewayConfiguration(upstreams: [upstream]))
        defer { FailureWatch.current?.keep(gateway.log) }
        let busy = try gateway.connect()
        try busy.send(request())
        let head = try busy.readHead()
        #expect(try busy.read(5).text == "hello")
        gateway.requestTermination()
        try gateway.waitForStopping()
        gate.open()
        #expect(try busy.read(5).text == "world")
        #expect(head.status == 200)
        #expect(busy.readToEnd().ending == .end)
        #expect(try gateway.terminate() == .exited(0))
        #expect(gateway.errorLines == [])
    }

    @Test func `idle connections end at TERM, and no new ones are taken`() throws {
        let gate = Gate()
        let upstream = try gated(gate)
        let gateway = try GatewayProcess(GatewayConfiguration(upstreams: [upstream]))
        defer { FailureWatch.current?.keep(gateway.log) }
        let busy = try busyClient(of: gateway)
        let idle = try gateway.connect()
        gateway.requestTermination()
        try gateway.waitForStopping()
        let rest = idle.readToEnd()
        #expect(rest.bytes.isEmpty)
        #expect(rest.ending == .end)
        // The kernel may still take a connection or two while the workers let go of the socket.
        let isClosed = Deadline().poll {
            guard let late = try? gateway.connect() else { return true }
            _ = try? late.send(request())
            return (try? late.readHead(until: Deadline(in: .milliseconds(200)))) == nil
        }
        #expect(isClosed)
        gate.open()
        #expect(try busy.read(10).text == "helloworld")
        #expect(try gateway.terminate() == .exited(0))
    }

    @Test func `a request that does not finish is cut off when the drain is over`() throws {
        let gate = Gate()
        let upstream = try gated(gate)
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ drain: 500ms }"])
        let gateway = try GatewayProcess(configuration)
        defer { FailureWatch.current?.keep(gateway.log) }
        let busy = try busyClient(of: gateway)
        #expect(try gateway.terminate() == .exited(0))
        let rest = busy.readToEnd()
        #expect(rest.bytes.text == "hello")
        #expect(rest.ending != .open)
        gate.open()
    }

    @Test(arguments: [true, false])
    func `a second signal ends the drain at once`(_ isInterrupt: Bool) throws {
        let gate = Gate()
        let upstream = try gated(gate)
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ drain: 60s }"])
        let gateway = try GatewayProcess(configuration)
        defer { FailureWatch.current?.keep(gateway.log) }
        let busy = try busyClient(of: gateway)
        gateway.requestTermination()
        try gateway.waitForStopping()
        if isInterrupt { gateway.interrupt() }
        #expect(try gateway.terminate() == .exited(0))
        #expect(busy.readToEnd().ending != .open)
        gate.open()
    }

    @Test func `HUP changes what is served without dropping a connection`() throws {
        let old = try RecordingUpstream.answering(RecordingUpstream.response("old"))
        let new = try RecordingUpstream.answering(RecordingUpstream.response("new"))
        var configuration = GatewayConfiguration([
            .init("old", [old.endpoint]), .init("new", [new.endpoint]),
        ])
        configuration.routes = [
            "{ host: \"*\", path: /, service: old }", "{ host: \"*\", path: /new, service: new }",
        ]
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/new") + request())
            #expect(try client.readResponse().body.text == "new")
            #expect(try client.readResponse().body.text == "old")
            configuration.routes = ["{ host: \"*\", path: /, service: new }"]
            try gateway.reload(with: configuration)
            let fresh = try gateway.connect()
            try fresh.send(request())
            #expect(try fresh.readResponse().body.text == "new")
            // The old connection lives; what it is served from now on is one or the other, but whole.
            try client.send(request())
            let response = try client.readResponse()
            #expect(["old", "new"].contains(response.body.text))
        }
    }

    @Test func `HUP right after the start does not put off the first probe`() throws {
        let upstreams = try (0..<3).map { _ in try RecordingUpstream.answering() }
        var configuration = GatewayConfiguration(
            upstreams.enumerated().map { .init("service-\($0)", [$1.endpoint]) })
        configuration.routes = (0..<3).map { "{ host: \"*\", path: /\($0), service: service-\($0) }" }
        try withGateway(configuration) { gateway in
            try gateway.reload()
            for number in 0..<3 {
                let client = try gateway.connect()
                try client.send(request("GET", "/\(number)"))
                #expect(try client.readResponse().status == 200)
            }
        }
    }

    @Test func `HUP lets a request that is under way finish`() throws {
        let gate = Gate()
        let upstream = try gated(gate)
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let busy = try busyClient(of: gateway)
            for _ in 0..<3 { try gateway.reload() }
            gate.open()
            #expect(try busy.read(10).text == "helloworld")
            try busy.send(request())
            #expect(try busy.readResponse().body.text == "helloworld", "the connection goes on")
        }
    }

    @Test(arguments: [
        "servicess: {}\n", "routes: [\n", "routes:\n  - { host: \"*\", path: /, service: nobody }\n",
        "limits: { head: much }\n",
    ])
    func `HUP with a broken configuration keeps the old one, and the log says where it is broken`(
        _ appendix: String
    ) throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        try withGateway(configuration, allowingErrors: true) { gateway in
            let client = try gateway.connect()
            configuration.appendix = appendix
            try gateway.hangUp(with: configuration)
            #expect(gateway.waitForLog("limpet.yaml:"), "file:line:column in the log")
            try client.send(request())
            #expect(try client.readResponse().status == 200)
            let fresh = try gateway.connect()
            try fresh.send(request())
            #expect(try fresh.readResponse().status == 200)
            configuration.appendix = ""
            try gateway.reload(with: configuration)
            try client.send(request())
            #expect(try client.readResponse().status == 200, "and the next good one is taken")
        }
    }

    @Test func `twenty reloads under traffic fail no request and leave no descriptor`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            _ = try client.readResponse()
            try gateway.reload()
            let before = gateway.descriptorCount
            for number in 0..<20 {
                try client.send(request("GET", "/\(number)"))
                try gateway.reload()
                let response = try client.readResponse()
                #expect(response.body.text == "GET /\(number)")
                let fresh = try gateway.connect()
                try fresh.send(request("GET", "/fresh", fields: "Connection: close\r\n"))
                #expect(try fresh.readResponse().status == 200)
            }
            #expect(gateway.descriptors(comeDownTo: before + 2) <= before + 2, "descriptors")
        }
    }
}
