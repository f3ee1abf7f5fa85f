internal import TestSupport
internal import Testing

/// The connection of HTTP/2 as a whole: how it begins and ends, who may speak it, and who is sent away.
@Suite(.logOnFailure)
struct SessionTests {
    private func configuration(
        _ upstream: RecordingUpstream, listener: [String: String] = [:], sections: [String: String] = [:]
    ) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(upstreams: [upstream], sections: sections)
        configuration.listeners = [.init(settings: listener)]
        return configuration
    }

    @Test func `a plain listener tells the versions apart by the first bytes, however they come`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream)) { gateway in
            let raw = try gateway.connect()
            let hello =
                Frame.preface + Frame.settings().bytes
                + Frame.headers(Frame.request(authority: "limpet.test")).bytes
            try raw.send(hello, pieces: hello.count)
            #expect(try raw.read(9)[3] == FrameType.settings.rawValue)
            raw.close()
            let old = try gateway.connect()
            try old.send([UInt8](request("PRI", "/")), pieces: 20)
            #expect(try old.readResponse().status == 200)
            old.close()
        }
        upstream.stop()
    }

    @Test func `a listener without HTTP/2 takes the preface for what it is to HTTP/1.1`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, listener: ["protocols": "[http/1.1]"])) { gateway in
            let client = try gateway.connect()
            try client.send(Frame.preface)
            #expect([400, 505].contains(try client.readResponse().status))
            client.close()
        }
        upstream.stop()
    }

    @Test func `a listener of HTTP/2 alone says goodbye to others`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, listener: ["protocols": "[h2]"])) { gateway in
            let old = try gateway.connect()
            try old.send(request())
            let rest = old.readToEnd()
            #expect(rest.ending != .open)
            #expect(!rest.bytes.readable.contains("HTTP/1"))
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange().status == 200)
            client.close()
        }
        upstream.stop()
    }

    @Test func `a gateway that drains says goodbye twice and answers what was on its way`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                if request.target == "/slow" { try gate.wait() }
                try connection.send(RecordingUpstream.response(request.target))
            }
        }
        try withGateway(configuration(upstream)) { gateway in
            let client = try FrameClient(gateway.connect())
            let slow = try client.request("GET", "/slow")
            _ = try upstream.waitForRequests(1)
            gateway.requestTermination()
            let goodbyes = try client.goAways(2)
            #expect(goodbyes.map { $0.number(at: 0) } == [0x7fff_ffff, slow])
            #expect(goodbyes.allSatisfy { $0.errorCode == 0 })
            gate.open()
            #expect(try client.wait(for: slow).content.text == "/slow")
            #expect(client.readToEnd() == .end)
        }
        upstream.stop()
    }

    @Test func `a connection without requests ends after its time, with a goodbye`() throws {
        let upstream = try RecordingUpstream.answering()
        let sections = ["timeouts": "{ idle: 300ms, head: 300ms, drain: 1s }"]
        try withGateway(configuration(upstream, sections: sections)) { gateway in
            let fresh = try FrameClient(gateway.connect())
            let used = try FrameClient(gateway.connect())
            #expect(try used.exchange().status == 200)
            for client in [fresh, used] {
                #expect(try client.goAways().first?.errorCode == 0)
                #expect(client.readToEnd() == .end)
            }
        }
        upstream.stop()
    }

    @Test func `a connection carries as many requests as it may`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, sections: ["limits": "{ requests-per-connection: 3 }"])) {
            gateway in
            let client = try FrameClient(gateway.connect())
            for _ in 0..<3 { #expect(try client.exchange().status == 200) }
            #expect(try client.goAways(2).count == 2)
            #expect(client.readToEnd() == .end)
        }
        upstream.stop()
    }

    @Test func `requests in a row do not put off the end of a connection that has carried enough`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, sections: ["limits": "{ requests-per-connection: 3 }"])) {
            gateway in
            let client = try FrameClient(gateway.connect())
            // The first goodbye is not answered: only time tells the gateway that it has been heard.
            client.answersPings = false
            let deadline = Deadline()
            // The last request may come after the second goodbye: nobody looks at it any more.
            while !deadline.isPast, (try? client.exchange())?.status == 200 {}
            #expect(!deadline.isPast, "the connection ends while requests come")
            #expect(try client.goAways(0).count == 2)
            #expect(client.readToEnd() == .end)
        }
        upstream.stop()
    }

    @Test func `a connection with one long stream hears of its age without another request`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try gate.wait()
            try connection.send(RecordingUpstream.response("late"))
        }
        try withGateway(configuration(upstream, sections: ["timeouts": "{ age: 300ms, drain: 1s }"])) {
            gateway in
            let client = try FrameClient(gateway.connect())
            let stream = try client.request()
            #expect(try client.goAways(2).allSatisfy { $0.errorCode == 0 })
            gate.open()
            #expect(try client.wait(for: stream).content.text == "late")
            #expect(client.readToEnd() == .end)
        }
        upstream.stop()
    }

    @Test func `a connection that has become old ends in order`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream, sections: ["timeouts": "{ age: 300ms, drain: 1s }"])) {
            gateway in
            let client = try FrameClient(gateway.connect())
            let deadline = Deadline()
            while !deadline.isPast, (try? client.exchange())?.status == 200 {}
            #expect(try client.goAways(2).allSatisfy { $0.errorCode == 0 })
            #expect(client.readToEnd() == .end)
            let old = try gateway.connect()
            var isLast = false
            while !deadline.isPast, !isLast {
                try old.send(request())
                isLast = try old.readResponse().announcesClose
            }
            #expect(isLast && old.readToEnd().ending == .end)
        }
        upstream.stop()
    }

    @Test func `budgets and windows are the operator's`() throws {
        let upstream = try RecordingUpstream.answering()
        let sections = [
            "http2":
                "{ stream-window: 20KiB, connection-window: 128KiB, budgets: { pings: { burst: 2, rate: 1 } } }"
        ]
        try withGateway(configuration(upstream, sections: sections)) { gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange().status == 200)
            let settings = try #require(client.control.first { $0.type == FrameType.settings.rawValue })
            let entries = stride(from: 0, to: settings.payload.count, by: 6).map {
                Array(settings.payload.dropFirst($0).prefix(6))
            }
            #expect(entries.contains([0, 4, 0, 0, 0x50, 0]), "\(entries)")
            try client.send(.ping(), .ping(), .ping(), .ping())
            #expect(try client.goAways().first?.errorCode == 11)
            #expect(client.readToEnd() != .open)
        }
        upstream.stop()
    }

    @Test func `a client that takes nothing of a response loses its stream`() throws {
        let upstream = try RecordingUpstream.answering(
            RecordingUpstream.response(String(repeating: "a", count: 200_000)))
        try withGateway(configuration(upstream, sections: ["timeouts": "{ send: 300ms, drain: 1s }"])) {
            gateway in
            let client = try FrameClient(gateway.connect(), settings: [(4, 0)])
            let stream = try client.request()
            let answer = try client.wait(for: stream)
            #expect(answer.status == 200 && answer.content.isEmpty && answer.resetCode == 8)
            client.close()
        }
        upstream.stop()
    }

    enum Flood: String, CaseIterable {
        case resets, pings, settings, emptyFrames, provokedResets

        /// The frames of act number `count`.
        func act(_ count: Int) -> [Frame] {
            let stream = UInt32(count * 2 + 1)
            let request = Frame.request("POST", authority: "limpet.test")
            switch self {
            case .resets: return [.headers(request, on: stream), .reset(stream)]
            case .pings: return [.ping()]
            case .settings: return [.settings()]
            case .emptyFrames:
                return [count == 0 ? .headers(request, isLast: false) : .data([], isLast: false)]
            case .provokedResets:
                return [.headers(request, on: stream, isLast: false), .windowUpdate(0x7fff_ffff, on: stream)]
            }
        }
    }

    @Test(arguments: Flood.allCases)
    func `a flood ends with a request for calm, and a bystander notices nothing`(flood: Flood) throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(configuration(upstream)) { gateway in
            let bystander = try FrameClient(gateway.connect())
            #expect(try bystander.exchange().status == 200)
            let client = try FrameClient(gateway.connect())
            try client.send((0..<1000).flatMap(flood.act))
            #expect(try client.goAways().first?.errorCode == 11)
            #expect(client.readToEnd() != .open)
            #expect(try bystander.exchange().status == 200)
            bystander.close()
        }
        upstream.stop()
    }
}
