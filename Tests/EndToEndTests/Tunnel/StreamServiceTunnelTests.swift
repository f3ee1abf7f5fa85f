internal import TestSupport
internal import Testing

/// Tunnels to services that speak HTTP/2: WebSocket where they allow it (RFC 8441), and CONNECT.
@Suite(.logOnFailure)
struct StreamServiceTunnelTests {
    private static let allowing: [(UInt16, UInt32)] = [(8, 1)]

    private func configuration(
        _ upstreams: RecordingUpstream..., route keys: String = "upgrade: [websocket]",
        settings: [String: String] = [:]
    ) -> GatewayConfiguration {
        var configuration = Handshake.configuration(upstreams, route: keys)
        configuration.services[0].settings = ["protocol": "h2c"].merging(settings) { _, ours in ours }
        configuration.sections["workers"] = "1"
        return configuration
    }

    /// Agrees to every tunnel, with what it was asked in `x-asked`, and sends back what comes, the end too.
    private func echoing(settings: [(UInt16, UInt32)] = allowing) throws -> RecordingUpstream {
        try RecordingUpstream.speakingFrames(settings: settings) { service, _ in
            while true {
                let frame = try service.read()
                switch FrameType(rawValue: frame.type) {
                case .headers:
                    let asked = service.decode(frame).joined(separator: ", ")
                    try service.respond(200, [("x-asked", asked)], on: frame.stream, isLast: false)
                case .data:
                    try service.send(
                        .data(frame.payload, on: frame.stream, isLast: frame.has(Frame.endStream)))
                default: break
                }
            }
        }
    }

    private static func asking(_ path: String = "/chat") -> [(String, String)] {
        Frame.request("CONNECT", path, authority: "limpet.test") + [
            (":protocol", "websocket"), ("sec-websocket-version", "13"),
        ]
    }

    @Test func `a WebSocket of HTTP/1.1 becomes a stream`() throws {
        let upstream = try echoing()
        try withGateway(configuration(upstream)) { gateway in
            for _ in 0..<3 {
                let client = try gateway.connect()
                let head = try client.openTunnel(Handshake.request("/chat?a=b"))
                #expect(head.fields["Upgrade"] == "websocket" && head.fields["Connection"] == "upgrade")
                #expect(head.fields["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                let asked = try #require(head.fields["x-asked"])
                let start =
                    ":method: CONNECT, :protocol: websocket, :scheme: http, :path: /chat?a=b, :authority: limpet.test, "
                #expect(asked.hasPrefix(start) && asked.contains("sec-websocket-version: 13"))
                #expect(!asked.contains("sec-websocket-key") && !asked.contains("upgrade"))
                #expect(try client.echo("hello") == "hello")
                let large = String(repeating: "0123456789abcdef", count: 8_000)
                #expect(try client.echo(large) == large)
                client.finishSending()
                #expect(client.readToEnd().ending == .end)
            }
            for record in try gateway.accessRecords(3) {
                #expect(record.number(AccessKey.status) == 101 && record.values[AccessKey.cutOff] == nil)
                #expect(record.number(AccessKey.bytes) == 128_005 && record.number("received") == 128_005)
            }
        }
    }

    @Test func `a stream becomes a stream, beside requests on the same connection`() throws {
        let upstream = try echoing()
        try withGateway(configuration(upstream)) { gateway in
            let client = try FrameClient(gateway.connect())
            for stream: UInt32 in [1, 3] {
                try client.send(.headers(Self.asking(), on: stream, isLast: false))
                try client.read { $0.streams[stream]?.status == 200 }
                try client.send(.data([UInt8]("hello"), on: stream, isLast: false))
                try client.read { $0.streams[stream]?.content.text == "hello" }
            }
            for stream: UInt32 in [1, 3] {
                try client.send(.data([UInt8]("!"), on: stream, isLast: true))
                let end = try client.wait(for: stream)
                #expect(end.content.text == "hello!" && end.hasEnded && end.resetCode == nil)
            }
            let records = try gateway.accessRecords(2)
            #expect(records.allSatisfy { $0.values[AccessKey.cutOff] == nil })
        }
        #expect(try upstream.finish().count { !$0.received.isEmpty } == 1)
    }

    @Test func `CONNECT becomes CONNECT`() throws {
        let upstream = try echoing(settings: [])
        try withGateway(configuration(upstream, route: "connect: true")) { gateway in
            let client = try gateway.connect()
            let head = try client.openTunnel(
                "CONNECT limpet.test:443 HTTP/1.1\r\nHost: limpet.test:443\r\n\r\n")
            let asked = try #require(head.fields["x-asked"])
            #expect(asked.hasPrefix(":method: CONNECT, :authority: limpet.test:443, "))
            #expect(try client.echo("hello") == "hello")
            client.finishSending()
            #expect(client.readToEnd().ending == .end)
        }
    }

    @Test func `a service that does not allow it is not asked`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            while true { try service.respond(204, on: try service.readRequest().stream) }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try gateway.connect()
            try client.send(Handshake.request())
            #expect(try client.readResponse().status == 501)
            let streams = try FrameClient(gateway.connect())
            try streams.send(.headers(Self.asking(), on: 1, isLast: false))
            #expect(try streams.wait(for: 1).status == 501)
            let other = try FrameClient(gateway.connect())
            #expect(try other.exchange().status == 204, "nothing but the tunnel is lost")
        }
    }

    /// Hangs up as soon as it has heard the preface, without a word of what it allows.
    private func mute() throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            _ = try connection.read(Frame.preface.count)
            connection.close()
        }
    }

    @Test func `a service that hangs up before it has said what it allows could not be reached`() throws {
        let upstream = try mute()
        var configuration = configuration(upstream)
        configuration.sections["timeouts"] = "{ connect: 60s, drain: 1s }"
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(Handshake.request())
            #expect(try client.readResponse().status == 503)
            let streams = try FrameClient(gateway.connect())
            try streams.send(.headers(Self.asking(), on: 1, isLast: false))
            #expect(try streams.wait(for: 1).status == 503)
        }
    }

    @Test func `a tunnel goes to another instance if one hangs up before it has said what it allows`() throws
    {
        let (first, second) = (try mute(), try echoing())
        var configuration = configuration(first, second, settings: ["retries": "1"])
        configuration.sections["timeouts"] = "{ connect: 60s, drain: 1s }"
        try withGateway(configuration) { gateway in
            for _ in 0..<4 {
                let client = try gateway.connect()
                _ = try client.openTunnel()
                #expect(try client.echo("hello") == "hello")
                client.close()
            }
        }
        #expect(try first.finish().count { !$0.received.isEmpty } > 0)
    }

    @Test func `a refusal is an answer, and the connection goes on`() throws {
        let upstream = try RecordingUpstream.speakingFrames(settings: Self.allowing) { service, _ in
            while true {
                let (stream, fields) = try service.readRequest()
                let isTunnel = fields.contains(":protocol: websocket")
                try service.respond(isTunnel ? 403 : 204, on: stream)
            }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try gateway.connect()
            try client.send(Handshake.request())
            #expect(try client.readResponse().status == 403)
            try client.send(request())
            #expect(try client.readResponse().status == 204)
        }
        #expect(try upstream.finish().count { !$0.received.isEmpty } == 1)
    }

    @Test(arguments: ["reset", "trailers"])
    func `a stream that the service resets, or breaks, ends the tunnel, and no other`(word: String) throws {
        let upstream = try RecordingUpstream.speakingFrames(settings: Self.allowing) { service, _ in
            while true {
                let frame = try service.read()
                switch FrameType(rawValue: frame.type) {
                case .headers: try service.respond(200, on: frame.stream, isLast: false)
                case .data where frame.payload.text == "reset":
                    try service.send(.reset(frame.stream, code: 8))
                case .data where frame.payload.text == "trailers":
                    try service.send(.headers([("x-sum", "1")], on: frame.stream))
                case .data: try service.send(.data(frame.payload, on: frame.stream, isLast: false))
                default: break
                }
            }
        }
        try withGateway(configuration(upstream)) { gateway in
            let other = try gateway.connect()
            _ = try other.openTunnel()
            let client = try gateway.connect()
            _ = try client.openTunnel()
            try client.send(word)
            #expect(client.readToEnd().ending != .end)
            let streams = try FrameClient(gateway.connect())
            try streams.send(.headers(Self.asking(), on: 1, isLast: false))
            try streams.read { $0.streams[1]?.status == 200 }
            try streams.send(.data([UInt8](word), on: 1, isLast: false))
            #expect(try streams.wait(for: 1).resetCode != nil)
            #expect(try other.echo("hello") == "hello")
        }
    }

    @Test func `a client that is lost resets its stream`() throws {
        let upstream = try RecordingUpstream.speakingFrames(settings: Self.allowing) { service, _ in
            while true {
                let stream = try service.readRequest().stream
                try service.respond(200, on: stream, isLast: false)
                let reset = try service.read(to: .resetStream)
                guard reset.stream == stream else { return }
            }
        }
        try withGateway(configuration(upstream)) { gateway in
            for _ in 0..<3 {
                let client = try gateway.connect()
                _ = try client.openTunnel()
                client.reset()
            }
            let records = try gateway.accessRecords(3)
            #expect(records.allSatisfy { $0.values[AccessKey.cutOff] == .flag(true) })
        }
        #expect(try upstream.finish().count { !$0.received.isEmpty } == 1)
    }

    @Test(arguments: [false, true])
    func `each side may say all first, and hear the other out`(isClientFirst: Bool) throws {
        let upstream = try RecordingUpstream.speakingFrames(settings: Self.allowing) { service, _ in
            let stream = try service.readRequest().stream
            try service.respond(200, on: stream, isLast: false)
            if isClientFirst {
                #expect(try service.readContent(on: stream).text == "hello")
                try service.send(.data([UInt8]("heard"), on: stream))
            } else {
                try service.send(.data([UInt8]("heard"), on: stream))
                #expect(try service.readContent(on: stream).text == "hello")
            }
            while true { try service.read() }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try gateway.connect()
            _ = try client.openTunnel()
            if isClientFirst {
                try client.send("hello")
                client.finishSending()
                let end = client.readToEnd()
                #expect(end.bytes.text == "heard" && end.ending == .end)
            } else {
                #expect(client.readToEnd().bytes.text == "heard")
                try client.send("hello")
                client.close()
            }
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.number("received") == 5 && record.number(AccessKey.bytes) == 5)
            #expect(record.values[AccessKey.cutOff] == nil)
        }
    }
}
