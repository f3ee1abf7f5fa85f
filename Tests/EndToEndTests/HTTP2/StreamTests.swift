internal import TestSupport
internal import Testing

/// Requests and responses over HTTP/2: the same as over HTTP/1.1, side by side.
@Suite(.logOnFailure)
struct StreamTests {
    private func exchange(
        _ response: String = RecordingUpstream.response("ok"), settings: [String: String] = [:],
        sections: [String: String] = [:], _ body: (FrameClient) throws -> Void
    ) throws -> [RequestMessage] {
        let upstream = try RecordingUpstream.answering(response)
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: settings, sections: sections)) {
            gateway in
            let client = try FrameClient(gateway.connect())
            try body(client)
            client.close()
        }
        return try upstream.finish().flatMap(\.requests)
    }

    @Test func `a request reaches the service as one of HTTP/1.1`() throws {
        let requests = try exchange { client in
            let answer = try client.exchange(
                "GET", "/a?b",
                fields: [("cookie", "a=1"), ("x-a", "b"), ("cookie", "c=2"), ("te", "trailers")])
            #expect(answer.status == 200 && answer.content.text == "ok")
            #expect(answer.value("content-length") == "2")
            #expect(answer.value("via") == "1.1 test")
            #expect(answer.value("connection") == nil)
        }
        let request = try #require(requests.first)
        #expect(request.summary == "GET /a?b" && request.version == "HTTP/1.1")
        #expect(request.fields["Host"] == "limpet.test")
        #expect(request.fields["Cookie"] == "a=1; c=2")
        #expect(request.fields["Via"] == "2.0 test")
        #expect(request.fields["X-Forwarded-Proto"] == "http")
        #expect(request.fields["TE"] == nil)
        #expect(request.body.isEmpty)
    }

    @Test func `a body of unknown length arrives in chunks, with its trailers`() throws {
        let requests = try exchange { client in
            let stream = try client.request("POST", isLast: false)
            for word in ["one ", "two ", "three"] {
                try client.send(.data(Array(word.utf8), on: stream, isLast: false))
            }
            try client.send(.headers([("x-sum", "13")], on: stream))
            #expect(try client.wait(for: stream).status == 200)
        }
        let request = try #require(requests.first)
        #expect(request.body.text == "one two three")
        #expect(request.fields["Transfer-Encoding"] == "chunked")
        #expect(request.trailers["x-sum"] == "13")
    }

    @Test func `a body of known length arrives with it`() throws {
        let requests = try exchange { client in
            let body = [UInt8](repeating: 0x61, count: 10_000)
            let answer = try client.exchange("PUT", fields: [("content-length", "10000")], body: body)
            #expect(answer.status == 200)
        }
        #expect(requests.first?.fields["Content-Length"] == "10000")
        #expect(requests.first?.body.count == 10_000)
    }

    @Test func `chunks and trailers of the service arrive as content and trailers`() throws {
        let response =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\nX-Sum: 6\r\n\r\n"
        _ = try exchange(response) { client in
            let answer = try client.exchange()
            #expect(answer.content.text == "onetwo" && answer.hasEnded)
            #expect(answer.fields.last == ["x-sum: 6"])
            #expect(answer.value("transfer-encoding") == nil)
        }
    }

    @Test func `an interim response arrives before the final one`() throws {
        let response = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + RecordingUpstream.response("ok")
        _ = try exchange(response) { client in
            let answer = try client.exchange()
            #expect(answer.fields.map(\.first) == [":status: 103", ":status: 200"])
        }
    }

    @Test func `an answer without a body ends with its head`() throws {
        _ = try exchange("HTTP/1.1 204 No Content\r\n\r\n") { client in
            let answer = try client.exchange("HEAD")
            #expect(answer.status == 204 && answer.hasEnded && answer.content.isEmpty)
        }
    }

    @Test func `an answer that comes before the end of its request stops the request`() throws {
        let upstream = try RecordingUpstream.misbehavingOnce { connection, _ in
            try connection.send(RecordingUpstream.response("enough", status: "413 Content Too Large"))
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            let stream = try client.request("POST", isLast: false)
            let answer = try client.wait(for: stream)
            #expect(answer.status == 413 && answer.content.text == "enough")
            try client.read { $0.streams[stream]?.resetCode == 0 }
            #expect(try client.exchange("GET", "/next").content.text == "next")
            client.close()
        }
        upstream.stop()
    }

    @Test func `a slow answer holds no other`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                if request.target == "/slow" { try gate.wait() }
                try connection.send(RecordingUpstream.response(request.target))
            }
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            let slow = try client.request("GET", "/slow")
            for number in 0..<20 {
                #expect(try client.exchange("GET", "/\(number)").content.text == "/\(number)")
            }
            #expect(client.streams[slow] == nil)
            gate.open()
            #expect(try client.wait(for: slow).content.text == "/slow")
            client.close()
        }
        upstream.stop()
    }

    @Test func `a request that its client gives up ends at the service, too`() throws {
        let upstream = try RecordingUpstream { connection in
            _ = try connection.readRequest()
            connection.drain()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            let stream = try client.request()
            #expect(Deadline().poll { !upstream.requests.isEmpty })
            try client.send(.reset(stream))
            #expect(
                Deadline().poll { upstream.connections.contains { !$0.requests.isEmpty && $0.ending != nil } }
            )
            client.close()
        }
        upstream.stop()
    }

    @Test func `streams of one connection wait in line for the service, and leave it as they like`() throws {
        let upstream = try RecordingUpstream.echoing()
        let settings = ["pool": "{ per-instance: 1 }"]
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: settings)) { gateway in
            let client = try FrameClient(gateway.connect())
            for _ in 0..<5 {
                let streams = try (0..<40).map { try client.request("GET", "/\($0)") }
                let given = streams.filter { $0 % 8 == 1 }
                try client.send(given.map { .reset($0) })
                for stream in streams where !given.contains(stream) {
                    #expect(try client.wait(for: stream).status == 200)
                }
            }
            client.close()
        }
        upstream.stop()
    }

    @Test func `a body larger than all windows passes both ways`() throws {
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                try connection.send(
                    [UInt8]("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n") + request.body
                )
            }
        }
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &>> 3) }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let folder = gateway.folder
            try folder.write(String(decoding: body.map { $0 & 0x3f | 0x40 }, as: UTF8.self), to: "body")
            let address = gateway.endpoints[0].text
            let sent = try Command(
                "curl",
                [
                    "-sS", "--http2-prior-knowledge", "--data-binary", "@\(folder.file("body"))", "-o",
                    folder.file("got"), "-w", "%{http_version} %{http_code}", "http://\(address)/",
                ])
            #expect(sent.output == "2 200", "\(sent.errors)")
            #expect(try Command("cmp", [folder.file("body"), folder.file("got")]).ending == .exited(0))
        }
        upstream.stop()
    }
}
