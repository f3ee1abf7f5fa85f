internal import TestSupport
internal import Testing

/// Tunnels on streams of HTTP/2: WebSocket by RFC 8441, and CONNECT. The service speaks HTTP/1.1.
@Suite(.logOnFailure)
struct StreamTunnelTests {
    private static func asking(
        _ path: String = "/", name: String = "websocket", fields: [(String, String)] = []
    ) -> [(String, String)] {
        Frame.request("CONNECT", path, authority: "limpet.test") + [
            (":protocol", name), ("sec-websocket-version", "13"),
        ] + fields
    }

    /// A client that has asked for a tunnel on a stream and got it.
    private func open(
        _ gateway: GatewayProcess, _ fields: [(String, String)] = asking(), stream: UInt32 = 1,
        client: FrameClient? = nil
    ) throws -> FrameClient {
        let client = try client ?? FrameClient(gateway.connect())
        try client.send(.headers(fields, on: stream, isLast: false))
        try client.read { $0.streams[stream]?.status == 200 }
        return client
    }

    private func echo(_ text: String, _ client: FrameClient, stream: UInt32 = 1) throws -> String {
        let before = client.streams[stream]?.content.count ?? 0
        try client.send(.data([UInt8](text), on: stream, isLast: false))
        try client.read { ($0.streams[stream]?.content.count ?? 0) >= before + text.utf8.count }
        return Array((client.streams[stream]?.content ?? []).dropFirst(before)).text
    }

    @Test func `a stream becomes a WebSocket to a service of HTTP 1.1`() throws {
        let upstream = try RecordingUpstream { connection in
            let request = try connection.readHead()
            let key = try #require(request.fields["Sec-WebSocket-Key"])
            let proof = try WebSocketProof.of(key)
            try connection.send(Handshake.answer(fields: "Sec-WebSocket-Accept: \(proof)\r\nX-A: b\r\n"))
            try Handshake.echo(connection, request)
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try open(gateway, Self.asking("/chat", fields: [("sec-websocket-protocol", "x")]))
            let offered = client.control.contains {
                $0.type == FrameType.settings.rawValue && $0.payload.contains(text: "\0\u{8}\0\0\0\u{1}")
            }
            #expect(offered)
            let stream = try #require(client.streams[1])
            #expect(stream.value("sec-websocket-accept") == nil && stream.value("upgrade") == nil)
            #expect(stream.value("x-a") == "b" && stream.value("date") != nil)
            #expect(try echo("hello", client) == "hello")
            #expect(try echo("again", client) == "again")
            try client.send(.data([], on: 1, isLast: true))
            let end = try client.wait(for: 1)
            #expect(end.hasEnded && end.resetCode == nil)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.number(AccessKey.status) == 200 && record.number("received") == 10)
            #expect(record.number(AccessKey.bytes) == 10 && record.values[AccessKey.cutOff] == nil)
            #expect(record.text(AccessKey.protocolVersion) == "HTTP/2.0")
            client.close()
        }
        let request = try #require(upstream.requests.first)
        #expect(request.summary == "GET /chat" && request.fields["Upgrade"] == "websocket")
        #expect(
            request.fields["Sec-WebSocket-Version"] == "13" && request.fields["Sec-WebSocket-Protocol"] == "x"
        )
    }

    @Test(arguments: [
        ("an answer that is none", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 502),
        ("no proof", Handshake.answer(fields: ""), 502),
        ("the proof of another nonce", Handshake.answer(), 502),
        ("another protocol", Handshake.answer("h2c"), 502),
        ("a refusal", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", 403),
    ])
    func `a service that does not agree makes no tunnel`(name: String, answer: String, status: Int) throws {
        let upstream = try RecordingUpstream { connection in
            _ = try connection.readHead()
            try connection.send(answer)
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            try client.send(
                .headers(Self.asking(), isLast: false), .data([UInt8]("early"), isLast: false))
            #expect(try client.wait(for: 1).status == status, "\(name)")
            client.close()
        }
        let isSent = upstream.received.contains(text: "early")
        #expect(!isSent)
    }

    @Test func `what no route allows is refused, malformed or not`() throws {
        let upstream = try RecordingUpstream.echoing()
        var configuration = Handshake.configuration([upstream])
        configuration.routes.append("{ host: \"*\", path: /plain, service: portal }")
        try withGateway(configuration) { gateway in
            let client = try FrameClient(gateway.connect())
            let cases: [(fields: [(String, String)], status: Int)] = [
                (Self.asking("/plain"), 501), (Self.asking(name: "connect-udp"), 501),
                (Self.asking(fields: [("content-length", "5")]), 400),
                ([(":method", "CONNECT"), (":authority", "limpet.test:443")], 501),
                ([(":method", "CONNECT"), (":authority", "limpet.test")], 400),
            ]
            for (index, asked) in cases.enumerated() {
                let stream = UInt32(2 * index + 1)
                try client.send(.headers(asked.fields, on: stream, isLast: false))
                #expect(try client.wait(for: stream).status == asked.status, "\(asked.fields)")
            }
            client.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            try client.send(.headers(Self.asking(), isLast: false))
            #expect(try client.wait(for: 1).resetCode == 1)
            client.close()
        }
        #expect(upstream.requests.isEmpty)
    }

    @Test(arguments: [false, true])
    func `each side of a stream may say all first`(isClientFirst: Bool) throws {
        let upstream = try Self.agreeing { connection in
            if isClientFirst {
                while (try? connection.read(1)) != nil {}
                try connection.send("heard")
            } else {
                try connection.send("heard")
                connection.finishSending()
                while (try? connection.read(1)) != nil {}
            }
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try open(gateway)
            if !isClientFirst { _ = try client.wait(for: 1) }
            try client.send(.data([UInt8]("hello"), isLast: true))
            let end = try client.wait(for: 1)
            #expect(end.content.text == "heard" && end.hasEnded && end.resetCode == nil)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.number("received") == 5 && record.values[AccessKey.cutOff] == nil)
            client.close()
        }
        let last = upstream.connections.last
        let isHeard = last?.received.suffix(5).elementsEqual([UInt8]("hello"))
        #expect(isHeard == true && last?.ending == .end)
    }

    @Test func `a reset goes on to the other side, and other streams live`() throws {
        let upstream = try Self.agreeing { connection in
            guard try connection.read(1).text == "r" else { return connection.drain() }
            connection.reset()
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try open(gateway)
            _ = try open(gateway, Self.asking(), stream: 3, client: client)
            try client.send(.data([UInt8]("r"), on: 1, isLast: false))
            #expect(try client.wait(for: 1).resetCode == 8)
            try client.send(.data([UInt8]("x"), on: 3, isLast: false), .reset(3))
            let records = try gateway.accessRecords(2)
            #expect(records.allSatisfy { $0.values[AccessKey.cutOff] == .flag(true) })
            let endings = upstream.wait { all in
                let known = all.filter { !$0.requests.isEmpty }.compactMap(\.ending)
                return known.count == 2 ? known : nil
            }
            #expect(endings.map(Set.init) == [.ours, .reset])
            client.close()
        }
    }

    @Test func `trailers on a tunnel are an error, and no end`() throws {
        let upstream = try Self.agreeing { $0.drain() }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try open(gateway)
            _ = try open(gateway, Self.asking(), stream: 3, client: client)
            try client.send(.headers([("x-sum", "1")], on: 1))
            #expect(try client.wait(for: 1).resetCode == 1)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.values[AccessKey.cutOff] == .flag(true))
            let ending = upstream.wait { all in all.compactMap(\.ending).contains(.reset) ? true : nil }
            #expect(ending == true)
            try client.send(.reset(3))
            client.close()
        }
    }

    @Test func `a stream that opens no window stops its service, and holds little`() throws {
        let total = 32 << 20
        let upstream = try Self.agreeing { connection in
            let piece = [UInt8](repeating: 0x55, count: 1 << 20)
            for _ in 0..<(total / piece.count) { try connection.send(piece) }
        }
        let sections = ["timeouts": "{ send: 1s, drain: 1s }"]
        try withGateway(Handshake.configuration([upstream], sections: sections)) { gateway in
            let client = try FrameClient(gateway.connect())
            client.opensWindows = false
            let before = gateway.residentBytes
            _ = try open(gateway, Self.asking(), client: client)
            let end = try client.wait(for: 1)
            #expect(end.resetCode == 8 && end.content.count == 65_535)
            #expect(gateway.residentBytes - before < Sanitizer.memory(4 << 20))
            client.close()
        }
    }

    /// A service that agrees to any WebSocket.
    private static func agreeing(
        _ behaviour: @escaping @Sendable (UpstreamConnection) throws -> Void
    ) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            let request = try connection.readHead()
            let proof = try WebSocketProof.of(request.fields["Sec-WebSocket-Key"] ?? "")
            try connection.send(Handshake.answer(fields: "Sec-WebSocket-Accept: \(proof)\r\n"))
            try behaviour(connection)
        }
    }
}
