internal import Synchronization
internal import TestSupport
internal import Testing

/// Requests that a service says it has not looked at (RFC 9113 section 8.7): they are made again, with all that had left.
@Suite(.logOnFailure)
struct UnprocessedRequestTests {
    /// How a service says so.
    enum Word: CaseIterable {
        case refusal, goodbye

        func say(_ service: FrameService, of stream: UInt32) throws {
            switch self {
            case .refusal: try service.send(.reset(stream, code: 7))
            case .goodbye: try service.send(Frame(.goAway, Frame.number(0) + Frame.number(0)))
            }
        }
    }

    private func configuration(
        _ upstream: RecordingUpstream, settings: [String: String] = [:]
    ) -> GatewayConfiguration {
        GatewayConfiguration(
            upstreams: [upstream],
            settings: ["protocol": "h2c", "retries": "2"].merging(settings) { _, ours in ours },
            sections: ["workers": "1"])
    }

    /// Takes the first request in, up to `count` bytes of its body, and says the word; answers later ones with their content.
    private func unwilling(_ word: Word, after count: Int) throws -> RecordingUpstream {
        let isFirst = Atomic(true)
        return try RecordingUpstream.speakingFrames { service, _ in
            while true {
                let stream = try service.readRequest().stream
                let hasContent = service.frames.last.map { !$0.has(Frame.endStream) } ?? false
                if isFirst.exchange(false, ordering: .relaxed) {
                    var taken = 0
                    while taken < count { taken += try service.read(to: .data).payload.count }
                    try word.say(service, of: stream)
                } else {
                    let content = hasContent ? try service.readContent(on: stream) : []
                    try service.respond(on: stream, isLast: false)
                    try service.send(.data(Array("\(content.count) bytes".utf8), on: stream))
                }
            }
        }
    }

    @Test(arguments: Word.allCases, [5, 40_000])
    func `a request is made again with the body that had left`(word: Word, count: Int) throws {
        for hasLength in [true, false] {
            let upstream = try unwilling(word, after: count)
            try withGateway(configuration(upstream)) { gateway in
                let client = try FrameClient(gateway.connect())
                let answer = try client.exchange(
                    "POST", fields: hasLength ? [("content-length", "\(count)")] : [],
                    pieces: [UInt8](repeating: 7, count: count))
                #expect(answer.status == 200 && answer.content.text == "\(count) bytes")
                client.close()
            }
            upstream.stop()
        }
    }

    @Test(arguments: Word.allCases)
    func `so is one of HTTP/1.1`(word: Word) throws {
        for fields in [
            "Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ] {
            let upstream = try unwilling(word, after: 5)
            try withGateway(configuration(upstream)) { gateway in
                let client = try gateway.connect()
                try client.send("POST / HTTP/1.1\r\nHost: limpet.test\r\n\(fields)")
                #expect(try client.readResponse().body.text == "5 bytes")
            }
            upstream.stop()
        }
    }

    @Test(arguments: Word.allCases)
    func `what the client says only then follows`(word: Word) throws {
        let isFirst = Atomic(true)
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            while true {
                let stream = try service.readRequest().stream
                let content = try service.read(to: .data).payload
                guard !isFirst.exchange(false, ordering: .relaxed) else {
                    try word.say(service, of: stream)
                    continue
                }
                try service.respond(103, on: stream, isLast: false)
                let rest = try service.readContent(on: stream)
                try service.respond(on: stream, isLast: false)
                try service.send(.data(content + rest, on: stream))
            }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try FrameClient(gateway.connect())
            let stream = try client.request("POST", isLast: false)
            try client.send(.data(Array("one ".utf8), on: stream, isLast: false))
            try client.read { $0.streams[stream] != nil }
            try client.send(.data(Array("two".utf8), on: stream))
            let answer = try client.wait(for: stream)
            #expect(answer.status == 200 && answer.content.text == "one two")
            client.close()
        }
        upstream.stop()
    }

    @Test(arguments: Word.allCases)
    func `a body that is too large to be kept is the client's to send again`(word: Word) throws {
        let count = 100_000
        for isStream in [true, false] {
            let upstream = try unwilling(word, after: count)
            try withGateway(configuration(upstream)) { gateway in
                if isStream {
                    let client = try FrameClient(gateway.connect())
                    let body = [UInt8](repeating: 7, count: count)
                    let first = try client.exchange("POST", pieces: body)
                    #expect(first.resetCode == 7, "\(first.fields) \(first.content.text)")
                    #expect(try client.exchange("POST", pieces: body).content.text == "\(count) bytes")
                    client.close()
                } else {
                    let client = try gateway.connect()
                    try client.send(request("POST", "/", body: String(repeating: "x", count: count)))
                    #expect(try client.readResponse().status == 502)
                }
            }
            upstream.stop()
        }
    }

    @Test func `a call of gRPC that meets a goodbye succeeds`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, number in
            while true {
                let stream = try service.readRequest().stream
                let message = try service.readContent(on: stream)
                guard number > 0 else {
                    try Word.goodbye.say(service, of: stream)
                    continue
                }
                try service.respond(200, [("content-type", "application/grpc")], on: stream, isLast: false)
                try service.send(
                    .data(message, on: stream, isLast: false), .headers([("grpc-status", "0")], on: stream))
            }
        }
        try withGateway(configuration(upstream)) { gateway in
            _ = try PythonProgram.run("grpc_client.py", ["once", gateway.endpoints[0].text])
        }
        upstream.stop()
    }

    @Test func `a burst that a service takes in small parts needs no more connections than parts`() throws {
        let upstream = try RecordingUpstream.speakingFrames(settings: [(3, 10)]) { service, number in
            // The first connection gets all, before its word of how many it allows has arrived.
            guard number == 0 else {
                while true { try service.respond(204, on: try service.readRequest().stream) }
            }
            let streams = try (0..<100).map { _ in try service.readRequest().stream }
            for stream in streams.dropFirst(10) { try service.send(.reset(stream, code: 7)) }
            for stream in streams.prefix(10) { try service.respond(204, on: stream) }
            while true { try service.read() }
        }
        try withGateway(configuration(upstream, settings: ["pool": "{ streams: 100 }"])) { gateway in
            let client = try FrameClient(gateway.connect())
            let streams = (0..<100).map { UInt32(2 * $0 + 1) }
            let fields = Frame.request(authority: "limpet.test")
            try client.send(streams.map { .headers(fields, on: $0) })
            for stream in streams { #expect(try client.wait(for: stream).status == 204) }
            client.close()
        }
        #expect(try upstream.finish().count { !$0.received.isEmpty } <= 12)
    }
}

extension FrameClient {
    /// Sends a request whose body comes in frames as large as may be, and waits for its answer.
    fileprivate func exchange(
        _ method: String, fields: [(String, String)] = [], pieces body: [UInt8]
    ) throws -> Stream {
        let stream = try request(method, fields: fields, isLast: false)
        for start in stride(from: 0, to: body.count, by: 16_384) {
            // No more than the first window, before it is known to have opened again.
            if start >= 49_152 { try read { $0.windowBytes(on: stream) >= start + 16_384 - 65_535 } }
            let end = min(start + 16_384, body.count)
            try send(.data(Array(body[start..<end]), on: stream, isLast: end == body.count))
        }
        return try wait(for: stream)
    }

    /// How much more than at first the gateway has taken, or will not take any more.
    private func windowBytes(on stream: UInt32) -> Int {
        streams[stream]?.resetCode == nil ? updates[stream, default: 0] : .max
    }
}
