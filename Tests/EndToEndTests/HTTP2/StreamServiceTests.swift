internal import TestSupport
internal import Testing

/// Services that speak HTTP/2: what reaches them, what comes back, and what they can't do to others.
@Suite(.logOnFailure)
struct StreamServiceTests {
    private func configuration(
        _ upstream: RecordingUpstream, settings: [String: String] = [:], sections: [String: String] = [:]
    ) -> GatewayConfiguration {
        GatewayConfiguration(
            upstreams: [upstream], settings: ["protocol": "h2c"].merging(settings) { _, ours in ours },
            sections: sections)
    }

    /// Answers each request with its fields and its content.
    private func echoing(settings: [(UInt16, UInt32)] = []) throws -> RecordingUpstream {
        try RecordingUpstream.speakingFrames(settings: settings) { service, _ in
            while true {
                let (stream, fields) = try service.readRequest()
                let hasContent = service.frames.last.map { !$0.has(Frame.endStream) } ?? false
                var content = hasContent ? try service.readContent(on: stream) : []
                if content.count > 1_000 { content = Array("\(content.count) bytes".utf8) }
                try service.respond(on: stream, isLast: false)
                try service.send(
                    .data(Array(fields.joined(separator: "\n").utf8) + [10] + content, on: stream))
            }
        }
    }

    @Test func `a request of HTTP/1.1 becomes a stream, and its response one of HTTP/1.1`() throws {
        let upstream = try echoing()
        try withGateway(configuration(upstream)) { gateway in
            let client = try gateway.connect()
            for number in 0..<3 {
                try client.send(request("POST", "/a?\(number)", fields: "X-A: b\r\n", body: "hello"))
                let response = try client.readResponse()
                #expect(response.status == 200 && response.fields["Via"] == "2.0 test")
                let said = response.body.text
                #expect(
                    said.hasPrefix(
                        ":method: POST\n:scheme: http\n:path: /a?\(number)\n:authority: limpet.test\n"))
                #expect(said.contains("x-a: b\n") && said.contains("content-length: 5\n"))
                #expect(!said.contains("connection:") && said.hasSuffix("\nhello"))
            }
        }
        #expect(try upstream.finish().count { !$0.received.isEmpty } <= 2, "a connection of each worker")
    }

    @Test func `streams of clients share a connection`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            var streams: [UInt32] = []
            while streams.count < 20 { streams.append(try service.readRequest().stream) }
            for stream in streams.reversed() { try service.respond(204, on: stream) }
            while true { try service.read() }
        }
        try withGateway(configuration(upstream, sections: ["workers": "1"])) { gateway in
            let client = try FrameClient(gateway.connect())
            let streams = try (0..<20).map { try client.request("GET", "/\($0)") }
            for stream in streams { #expect(try client.wait(for: stream).status == 204) }
        }
        #expect(try upstream.finish().count { !$0.received.isEmpty } == 1)
    }

    @Test func `more streams than the service allows need more connections`() throws {
        let upstream = try echoing(settings: [(3, 1)])
        try withGateway(configuration(upstream, settings: ["pool": "{ streams: 1 }"])) { gateway in
            let client = try FrameClient(gateway.connect())
            let streams = try (0..<8).map { try client.request("GET", "/\($0)") }
            for stream in streams { #expect(try client.wait(for: stream).status == 200) }
        }
    }

    @Test func `trailers pass in both directions, and the client's word of them`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            let (stream, fields) = try service.readRequest()
            _ = try service.read(to: .data)
            let trailers = service.decode(try service.read(to: .headers))
            try service.respond(200, [("te-was", fields.last ?? "")], on: stream, isLast: false)
            try service.send(
                .data(Array(trailers.joined().utf8), on: stream, isLast: false),
                .headers([("x-sum", "42")], on: stream))
            while true { try service.read() }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try FrameClient(gateway.connect())
            let stream = try client.request("POST", "/", fields: [("te", "trailers")], isLast: false)
            try client.send(
                .data([1, 2], on: stream, isLast: false), .headers([("x-check", "1")], on: stream))
            let answer = try client.wait(for: stream)
            #expect(answer.value("te-was") == "te: trailers")
            #expect(answer.content.text == "x-check: 1")
            #expect(answer.fields.last == ["x-sum: 42"] && answer.hasEnded)
        }
    }

    @Test(arguments: [[3], [1, 2], [3, 0]])
    func `trailers pass behind content of known length, too`(parts: [Int]) throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            while true {
                let (stream, fields) = try service.readRequest()
                try service.respond(200, [("content-length", "3")], on: stream, isLast: false)
                let hasTrailers = fields.contains(":path: /trailers")
                for (index, count) in parts.enumerated() {
                    let isLast = !hasTrailers && index == parts.count - 1
                    try service.send(.data([UInt8](repeating: 7, count: count), on: stream, isLast: isLast))
                }
                if hasTrailers { try service.send(.headers([("x-sum", "42")], on: stream)) }
            }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try FrameClient(gateway.connect())
            for path in ["/trailers", "/none", "/trailers"] {
                let answer = try client.exchange("GET", path)
                #expect(answer.status == 200 && answer.value("content-length") == "3")
                #expect(answer.content == [7, 7, 7] && answer.hasEnded)
                #expect((answer.fields.last == ["x-sum: 42"]) == (path == "/trailers"))
            }
            let old = try gateway.connect()
            for path in ["/trailers", "/none", "/trailers"] {
                try old.send(request("GET", path))
                #expect(try old.readResponse().body == [7, 7, 7])
            }
        }
    }

    @Test func `interim responses pass`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            let stream = try service.readRequest().stream
            try service.respond(103, [("link", "</a>")], on: stream, isLast: false)
            try service.respond(204, on: stream)
            while true { try service.read() }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try FrameClient(gateway.connect())
            let answer = try client.exchange()
            #expect(answer.fields.first?.first == ":status: 103" && answer.status == 204)
        }
    }

    @Test func `a client that cancels ends its stream alone`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            let stream = try service.readRequest().stream
            try service.respond(on: stream, isLast: false)
            let reset = try service.read(to: .resetStream)
            guard reset.stream == stream, reset.errorCode == 8 else { return }
            let next = try service.readRequest().stream
            try service.respond(204, on: next)
            while true { try service.read() }
        }
        try withGateway(configuration(upstream, sections: ["workers": "1"])) { gateway in
            let client = try FrameClient(gateway.connect())
            let stream = try client.request()
            try client.read { $0.streams[stream]?.status == 200 }
            try client.send(.reset(stream))
            #expect(try client.exchange().status == 204)
        }
        #expect(try upstream.finish().count { !$0.received.isEmpty } == 1)
    }

    @Test(arguments: ["GET", "POST"])
    func `a request that the service has not looked at is made again`(method: String) throws {
        for isGoodbye in [false, true] {
            let upstream = try RecordingUpstream.speakingFrames { service, number in
                while true {
                    let stream = try service.readRequest().stream
                    if number > 0 {
                        try service.respond(204, on: stream)
                    } else if isGoodbye {
                        try service.send(Frame(.goAway, Frame.number(0) + Frame.number(0)))
                    } else {
                        try service.send(.reset(stream, code: 7))
                    }
                }
            }
            try withGateway(configuration(upstream, settings: ["retries": "2"], sections: ["workers": "1"])) {
                gateway in
                let client = try FrameClient(gateway.connect())
                #expect(try client.exchange(method).status == 204)
            }
        }
    }

    @Test func `a goodbye lets requests end that are under way`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, number in
            let stream = try service.readRequest().stream
            guard number == 0 else { return try service.respond(200, on: stream) }
            try service.send(Frame(.goAway, Frame.number(stream) + Frame.number(0)))
            try service.respond(204, on: stream)
            while true { try service.read() }
        }
        try withGateway(configuration(upstream, sections: ["workers": "1"])) { gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange().status == 204)
            #expect(try client.exchange().status == 200)
        }
    }

    @Test func `a request that may have been processed is not made again unless it is safe`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, number in
            let stream = try service.readRequest().stream
            guard number > 0 else { return service.connection.reset() }
            try service.respond(204, on: stream)
            while true { try service.read() }
        }
        try withGateway(configuration(upstream, settings: ["retries": "2"], sections: ["workers": "1"])) {
            gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange("POST").status == 502)
            #expect(try client.exchange("GET").status == 204)
        }
    }

    @Test(arguments: AbusiveStream.allCases)
    func `a service that answers nonsense is answered for with 502`(abuse: AbusiveStream) throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            while true {
                let (stream, fields) = try service.readRequest()
                if fields.contains(":path: /good") {
                    try service.respond(204, on: stream)
                } else {
                    for frame in abuse.frames(stream) { try service.send(frame) }
                }
            }
        }
        try withGateway(configuration(upstream, sections: ["workers": "1"])) { gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange("POST", "/bad").status == 502)
            #expect(try client.exchange("GET", "/good").status == 204)
        }
    }

    @Test func `content beyond its length is cut off`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            while true {
                let stream = try service.readRequest().stream
                try service.respond(200, [("content-length", "3")], on: stream, isLast: false)
                try service.send(
                    .data([1, 2], on: stream, isLast: false), .data([1, 2, 3, 4], on: stream))
            }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try FrameClient(gateway.connect())
            let answer = try client.exchange()
            #expect(!answer.hasEnded && answer.resetCode != nil)
        }
    }

    @Test func `a client that reads slowly holds up nobody but itself`() throws {
        let size = 4 << 20
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            var windows: [UInt32: Int] = [0: 65_535]
            var left: [UInt32: Int] = [:]
            while true {
                let frame = try service.read()
                switch FrameType(rawValue: frame.type) {
                case .headers:
                    try service.respond(on: frame.stream, isLast: false)
                    left[frame.stream] = size
                    windows[frame.stream] = 128 << 10
                case .windowUpdate: windows[frame.stream, default: 0] += Int(frame.number(at: 0))
                default: break
                }
                for stream in left.keys.sorted() {
                    while let rest = left[stream] {
                        let count = min(rest, 16_384, windows[stream] ?? 0, windows[0] ?? 0)
                        guard count > 0 else { break }
                        windows[stream]? -= count
                        windows[0]? -= count
                        left[stream] = rest > count ? rest - count : nil
                        try service.send(
                            .data([UInt8](repeating: 1, count: count), on: stream, isLast: rest == count))
                    }
                }
            }
        }
        try withGateway(configuration(upstream, sections: ["workers": "1"])) { gateway in
            let slow = try FrameClient(gateway.connect())
            slow.opensWindows = false
            for _ in 0..<10 { _ = try slow.request() }
            try slow.read { client in
                client.streams.count == 10 || (client.streams[1]?.content.count ?? 0) > 0
            }
            let quick = try FrameClient(gateway.connect())
            #expect(try quick.exchange().content.count == size)
            quick.close()
            slow.close()
        }
    }

    @Test func `a stream that takes nothing makes the gateway hold little more than a window`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            let stream = try service.readRequest().stream
            try service.respond(on: stream, isLast: false)
            var windows: [UInt32: Int] = [0: 65_535, stream: 128 << 10]
            var sent = 0
            var question: UInt32?
            // Until the client asks, and from then on until two pings have come back and no room with them: the first may
            // overtake what is still to be used.
            var quietPings = 0
            var takenFrames = 0
            while quietPings < 2 {
                for frame in service.frames[takenFrames...] {
                    if frame.type == FrameType.windowUpdate.rawValue {
                        windows[frame.stream, default: 0] += Int(frame.number(at: 0))
                    } else if frame.type == FrameType.headers.rawValue, frame.stream != stream {
                        question = frame.stream
                        try service.send(.ping())
                    } else if frame.type == FrameType.ping.rawValue {
                        quietPings += 1
                        try service.send(.ping())
                    }
                }
                takenFrames = service.frames.count
                while case let count = min(windows[0] ?? 0, windows[stream] ?? 0, 16_384), count > 0 {
                    for id in [0, stream] { windows[id]? -= count }
                    sent += count
                    try service.send(.data([UInt8](repeating: 1, count: count), on: stream, isLast: false))
                    quietPings = 0
                }
                if quietPings < 2 { try service.read() }
            }
            guard let question else { return }
            try service.respond(200, [("x-sent", "\(sent)")], on: question)
            while true { try service.read() }
        }
        try withGateway(configuration(upstream, sections: ["workers": "1"])) { gateway in
            let client = try FrameClient(gateway.connect())
            client.opensWindows = false
            let slow = try client.request()
            // It has all that its window lets come.
            try client.read { $0.streams[slow]?.content.count == 65_535 }
            let answer = try client.wait(for: client.request("GET", "/how-much"))
            // The client's first window, what one step of the gateway takes, and the service's window.
            let sent = try #require(answer.value("x-sent").flatMap { Int($0) })
            #expect(sent > 128 << 10 && sent <= 65_535 + 16_384 + (128 << 10))
            client.close()
        }
    }

    @Test func `a large body goes up as far as the service takes it`() throws {
        let upstream = try echoing()
        try withGateway(configuration(upstream)) { gateway in
            let client = try gateway.connect()
            let body = String(repeating: "x", count: 1 << 20)
            try client.send(request("PUT", "/", body: body))
            #expect(try client.readResponse().body.text.hasSuffix("\n1048576 bytes"))
        }
    }

    @Test func `an idle connection ends when its time is over`() throws {
        let upstream = try RecordingUpstream.speakingFrames { service, _ in
            let stream = try service.readRequest().stream
            try service.respond(204, on: stream)
            try service.read(to: .goAway)
        }
        try withGateway(configuration(upstream, settings: ["pool": "{ idle-timeout: 50ms }"])) { gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange().status == 204)
            let isClosed = upstream.wait { $0.contains { !$0.received.isEmpty && $0.isClosed } ? true : nil }
            #expect(isClosed == true)
        }
    }
}
