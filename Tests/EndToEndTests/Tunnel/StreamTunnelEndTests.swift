internal import TestSupport
internal import Testing

/// How tunnels on streams end that nobody has ended: the same as on connections of their own.
@Suite(.logOnFailure)
struct StreamTunnelEndTests {
    /// A client with a tunnel on stream 1.
    private func open(_ gateway: GatewayProcess) throws -> FrameClient {
        let client = try FrameClient(gateway.connect())
        let fields = Frame.request("CONNECT", "/", authority: "limpet.test")
        try client.send(
            .headers(fields + [(":protocol", "websocket"), ("sec-websocket-version", "13")], isLast: false))
        try client.read { $0.streams[1]?.status == 200 }
        return client
    }

    private func echo(_ text: String, _ client: FrameClient) throws -> Bool {
        let before = client.streams[1]?.content.count ?? 0
        try client.send(.data([UInt8](text), isLast: false))
        try client.read { ($0.streams[1]?.content.count ?? 0) >= before + text.utf8.count }
        return client.streams[1]?.content.suffix(text.utf8.count).elementsEqual([UInt8](text)) ?? false
    }

    private func service() throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            let request = try connection.readHead()
            let proof = try WebSocketProof.of(request.fields["Sec-WebSocket-Key"] ?? "")
            try connection.send(Handshake.answer(fields: "Sec-WebSocket-Accept: \(proof)\r\n"))
            try Handshake.echo(connection, request)
        }
    }

    @Test func `a tunnel in which nothing moves ends, whatever other streams do`() throws {
        let upstream = try service()
        let sections = ["timeouts": "{ tunnel: 500ms, drain: 1s }"]
        try withGateway(Handshake.configuration([upstream], sections: sections)) { gateway in
            let client = try open(gateway)
            #expect(try echo("here", client))
            var stream: UInt32 = 3
            let hasEnded = try Deadline().poll(every: .milliseconds(50)) {
                try client.send(
                    .headers(Frame.request("GET", "/nowhere", authority: "limpet.test"), on: stream))
                try client.send(.reset(stream), .ping())
                stream += 2
                let pings = client.control.count
                try client.read { $0.control.count > pings }
                return client.streams[1]?.resetCode != nil
            }
            #expect(hasEnded && client.streams[1]?.resetCode == 8)
            client.close()
        }
        upstream.stop()
    }

    @Test func `tunnels have the drain time, and then end`() throws {
        let upstream = try service()
        let sections = ["timeouts": "{ drain: 1s }"]
        try withGateway(Handshake.configuration([upstream], sections: sections)) { gateway in
            let client = try open(gateway)
            gateway.requestTermination()
            try gateway.waitForStopping()
            #expect(try echo("still", client))
            #expect(client.readToEnd() != .open)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.values[AccessKey.cutOff] == .flag(true))
        }
        upstream.stop()
    }

    @Test func `a tunnel to an instance that drains has its time, and one to a disabled instance none`()
        throws
    {
        let upstream = try service()
        var configuration = Handshake.configuration([upstream])
        configuration.services[0].settings["drain"] = "400ms"
        try withGateway(configuration) { gateway in
            for (state, isImmediate) in [("draining", false), ("disabled", true)] {
                configuration.services[0].instanceSettings[0] = nil
                try gateway.reload(with: configuration)
                let client = try open(gateway)
                #expect(try echo("here", client))
                configuration.services[0].instanceSettings[0] = ["state": state]
                try gateway.reload(with: configuration)
                if !isImmediate { #expect(try echo("still", client)) }
                #expect(try client.wait(for: 1).resetCode == 8)
                client.close()
            }
        }
        upstream.stop()
    }
}
