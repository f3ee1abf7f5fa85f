internal import TestSupport
internal import Testing

/// Clients and services on slow links, which take all that they get, but little at a time: nobody is cut off who moves.
@Suite(.logOnFailure)
struct SlowStreamTests {
    /// So little patience that nobody takes all that waits for it in that time.
    private static let sections = ["workers": "1", "timeouts": "{ send: 300ms, drain: 1s }"]

    private static func pause(_ milliseconds: Int) {
        _ = Deadline(in: .milliseconds(milliseconds)).poll { false }
    }

    @Test func `large answers share a slow connection, and all of them end whole`() throws {
        let body = String(repeating: "a", count: 512 << 10)
        // So much at a time is all that the link brings: one answer alone takes longer than `send`.
        let pieceBytes = 16 << 10
        let upstream = try RecordingUpstream.answering(RecordingUpstream.response(body))
        try withGateway(GatewayConfiguration(upstreams: [upstream], sections: Self.sections)) { gateway in
            let client = try FrameClient(gateway.connect())
            let streams = try (0..<3).map { _ in try client.request() }
            var known = 0
            try client.read(until: Deadline(in: .seconds(60))) { client in
                let bytes = client.streams.values.reduce(0) { $0 + $1.content.count }
                if bytes >= known + pieceBytes {
                    known = bytes
                    Self.pause(20)
                }
                return streams.allSatisfy { client.streams[$0]?.hasFinished ?? false }
            }
            for stream in streams {
                let answer = try #require(client.streams[stream])
                #expect(answer.hasEnded && answer.resetCode == nil, "\(stream): \(answer.content.count)")
                #expect(answer.content.count == body.utf8.count)
            }
            client.close()
        }
        upstream.stop()
    }

    @Test func `a tunnel on a stream goes on while its client takes what waits`() throws {
        let upstream = try RecordingUpstream { connection in
            let request = try connection.readHead()
            let proof = try WebSocketProof.of(request.fields["Sec-WebSocket-Key"] ?? "")
            try connection.send(Handshake.answer(fields: "Sec-WebSocket-Accept: \(proof)\r\n"))
            try connection.send([UInt8](repeating: 0x55, count: 1 << 20))
            connection.drain()
        }
        try withGateway(Handshake.configuration([upstream], sections: Self.sections)) { gateway in
            let client = try FrameClient(gateway.connect())
            client.opensWindows = false
            let fields = Frame.request("CONNECT", "/", authority: "limpet.test")
            try client.send(
                .headers(
                    fields + [(":protocol", "websocket"), ("sec-websocket-version", "13")], isLast: false))
            try client.read { ($0.streams[1]?.content.count ?? 0) == 65_535 }
            // A record waits, of which the client takes a tenth of a second's worth at a time: it takes a second in all.
            for step in 1...10 {
                Self.pause(100)
                try client.send(.windowUpdate(1000), .windowUpdate(1000, on: 1))
                try client.read {
                    ($0.streams[1]?.content.count ?? 0) == 65_535 + step * 1000
                        || $0.streams[1]?.resetCode != nil
                }
                #expect(client.streams[1]?.resetCode == nil, "after \(step) steps")
            }
            #expect(try client.wait(for: 1).resetCode == 8, "who takes nothing is cut off after all")
            client.close()
        }
        upstream.stop()
    }

    @Test func `a service may take an upload little by little`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            let stream = try service.readRequest().stream
            service.opensWindows = false
            var count = 0
            while count < 65_535 { count += try service.read(to: .data).payload.count }
            for _ in 1...10 {
                Self.pause(100)
                try service.send(.windowUpdate(1000), .windowUpdate(1000, on: stream))
                try service.read(to: .data)
            }
            try service.respond(204, on: stream)
            while true { try service.read() }
        }
        var configuration = GatewayConfiguration(
            upstreams: [upstream], settings: ["protocol": "h2c"], sections: Self.sections)
        configuration.services[0].settings["health"] = "{ type: tcp }"
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request("PUT", "/", body: String(repeating: "x", count: 200_000)))
            #expect(try client.readResponse().status == 204)
        }
        upstream.stop()
    }
}

extension FrameClient.Stream {
    /// Whether nothing more will come.
    fileprivate var hasFinished: Bool { hasEnded || resetCode != nil }
}
