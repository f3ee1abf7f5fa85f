internal import TestSupport
internal import Testing

/// Connections that go over to another protocol, byte by byte: both ways, both ends, and what they are told and charged.
@Suite(.logOnFailure)
struct TunnelTests {
    @Test func `a WebSocket is opened, carries bytes both ways, and is recorded at its end`() throws {
        let upstream = try Handshake.service(Handshake.echo)
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try gateway.connect()
            let head = try client.openTunnel(
                Handshake.request("/chat?a=b", fields: "Sec-WebSocket-Protocol: x\r\nKeep-Alive: 5\r\n"))
            #expect(head.status == 101 && head.fields["Upgrade"] == "websocket")
            #expect(head.fields["Connection"] == "upgrade")
            #expect(head.fields["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            #expect(head.fields["Content-Length"] == nil && head.fields["Transfer-Encoding"] == nil)
            #expect(try client.echo("hello") == "hello")
            #expect(try client.echo("\0\r\n\r\nGET / HTTP/1.1\r\n") == "\0\r\n\r\nGET / HTTP/1.1\r\n")
            client.finishSending()
            #expect(client.readToEnd().ending == .end)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.number(AccessKey.status) == 101)
            #expect(record.number(AccessKey.bytes) == 26 && record.number("received") == 26)
            #expect(record.text(AccessKey.path) == "/chat?a=b")
            #expect(record.text(AccessKey.reason) == "no-association")
            #expect(record.values[AccessKey.cutOff] == nil)
        }
        let request = try #require(upstream.requests.first)
        #expect(request.target == "/chat?a=b")
        #expect(request.fields.all("Upgrade") == ["websocket"])
        #expect(request.fields.all("Connection") == ["upgrade"])
        #expect(request.fields["Sec-WebSocket-Protocol"] == "x" && request.fields["Keep-Alive"] == nil)
        #expect(request.fields["Sec-WebSocket-Key"] == "dGhlIHNhbXBsZSBub25jZQ==")
    }

    @Test func `without permission a request that asks is one like any other`() throws {
        let upstream = try RecordingUpstream.echoing()
        for keys in ["connect: true", "upgrade: [foo/2]"] {
            try withGateway(Handshake.configuration([upstream], route: keys)) { gateway in
                let client = try gateway.connect()
                try client.send(Handshake.request("/a") + request("GET", "/b"))
                #expect(try client.readResponse().body.text == "GET /a")
                #expect(try client.readResponse().body.text == "GET /b")
            }
        }
        #expect(
            upstream.requests.allSatisfy { $0.fields["Upgrade"] == nil && $0.fields["Connection"] == nil })
    }

    @Test func `101 where nobody may ask is no answer`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send(Handshake.answer())
            connection.drain()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(Handshake.request())
            #expect(try client.readResponse().status == 502)
        }
    }

    @Test(arguments: [
        Handshake.answer("h2c"), Handshake.answer(fields: ""),
        Handshake.answer(fields: "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOx=\r\n"),
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\(Handshake.proof)\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n\(Handshake.proof)\r\n",
        "HTTP/1.0 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\(Handshake.proof)\r\n",
    ])
    func `101 that does not agree to what was asked is no answer`(answer: String) throws {
        let upstream = try RecordingUpstream { connection in
            _ = try connection.readHead()
            try connection.send(answer + "secret")
            connection.drain()
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(Handshake.request())
            let response = try client.readResponse()
            #expect(response.status == 502)
            let leaks = response.body.contains(text: "secret")
            #expect(!leaks)
        }
    }

    @Test func `what comes before the service agrees waits, and goes nowhere if it does not`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readHead()
                if request.target == "/yes" {
                    try gate.wait()
                    try connection.send(Handshake.answer() + "first")
                    return try Handshake.echo(connection, request)
                }
                try connection.send(
                    RecordingUpstream.response("no \(request.target)", status: "403 Forbidden"))
            }
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let eager = try gateway.connect()
            try eager.send(Handshake.request("/yes") + "early")
            _ = try upstream.waitForRequests(1)
            let others = upstream.received.text
            #expect(!others.contains("early"))
            gate.open()
            #expect(try eager.readHead().status == 101)
            #expect(try eager.read(10).text == "firstearly")
            // A pipelined request is one, once the service has answered as to any other.
            let refused = try gateway.connect()
            try refused.send(Handshake.request("/no") + request("GET", "/next"))
            #expect(try refused.readResponse().body.text == "no /no")
            #expect(try refused.readResponse().body.text == "no /next")
            // What is none is refused.
            let smuggler = try gateway.connect()
            try smuggler.send(Handshake.request("/no") + "\u{81}\u{5}hello\r\n\r\n")
            #expect(try smuggler.readResponse().status == 403)
            #expect(try smuggler.readResponse().status == 400)
            eager.finishSending()
            #expect(eager.readToEnd().ending == .end)
        }
        let isSent = upstream.received.contains(text: "hello")
        #expect(!isSent)
    }

    @Test(arguments: [false, true])
    func `each side may say all first, and hear the other out`(isClientFirst: Bool) throws {
        let upstream = try Handshake.service { connection, _ in
            if isClientFirst {
                #expect(try connection.read(5).text == "hello")
                // Behind the client's end comes what the service has still to say.
                while (try? connection.read(1)) != nil {}
                try connection.send("heard")
            } else {
                try connection.send("heard")
                connection.finishSending()
                #expect(try connection.read(5).text == "hello")
                while (try? connection.read(1)) != nil {}
            }
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
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
            #expect(record.number(AccessKey.bytes) == 5 && record.number("received") == 5, "\(record.line)")
            #expect(record.values[AccessKey.cutOff] == nil)
        }
        let ending = try #require(upstream.connections.last?.ending)
        #expect(ending == .end)
    }

    @Test func `the last bytes arrive though they come with the end of both directions`() throws {
        let count = 3 << 20
        let upstream = try Handshake.service { connection, _ in
            connection.finishSending()
            _ = try connection.read(count, until: Deadline(in: .seconds(30)))
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try gateway.connect()
            _ = try client.openTunnel()
            #expect(client.readToEnd().ending == .end)
            #expect(try client.send([UInt8](repeating: 7, count: count)) == count)
            client.close()
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.number("received") == Double(count))
        }
    }

    @Test func `a reset goes on to the other side`() throws {
        let gate = Gate()
        let upstream = try Handshake.service { connection, request in
            if request.target == "/service" {
                _ = try connection.read(1)
                return connection.reset()
            }
            try gate.wait()
        }
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let first = try gateway.connect()
            _ = try first.openTunnel(Handshake.request("/service"))
            try first.send("x")
            #expect(first.readToEnd().ending == .reset)
            let second = try gateway.connect()
            _ = try second.openTunnel(Handshake.request("/client"))
            second.reset()
            let records = try gateway.accessRecords(2)
            #expect(records.allSatisfy { $0.values[AccessKey.cutOff] == .flag(true) })
            gate.open()
            let ending = upstream.wait { $0.last?.ending }
            #expect(ending == .reset)
        }
    }

    @Test(arguments: [false, true])
    func `a tunnel in which nothing moves ends, one in which something does stays`(isMoving: Bool) throws {
        let upstream = try Handshake.service(Handshake.echo)
        let sections = ["timeouts": "{ tunnel: 500ms, drain: 5s }"]
        try withGateway(Handshake.configuration([upstream], sections: sections)) { gateway in
            let client = try gateway.connect()
            _ = try client.openTunnel()
            if isMoving {
                let end = Deadline(in: .milliseconds(1500))
                while !end.isPast {
                    #expect(try client.echo("ping") == "ping")
                    _ = Deadline(in: .milliseconds(100)).poll { false }
                }
            }
            #expect(client.readToEnd().ending == .end)
            let record = try #require(try gateway.accessRecords(1).last)
            let duration = try #require(record.number(AccessKey.total))
            #expect(duration > (isMoving ? 1500 : 490), "\(record.line)")
            #expect(record.values[AccessKey.cutOff] == .flag(true))
        }
    }

    @Test func `the service that said all may wait for the client no longer than for an answer`() throws {
        let upstream = try Handshake.service { connection, _ in connection.finishSending() }
        let sections = ["timeouts": "{ tunnel: 1h, response: 300ms, drain: 5s }"]
        try withGateway(Handshake.configuration([upstream], sections: sections)) { gateway in
            let client = try gateway.connect()
            _ = try client.openTunnel()
            #expect(client.readToEnd().ending == .end)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.values[AccessKey.cutOff] == .flag(true))
        }
    }

    @Test func `a client whose TLS is cut off is no client that has said all`() throws {
        let upstream = try Handshake.service(Handshake.echo)
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        var configuration = Handshake.configuration([upstream])
        configuration.listeners = [.init(mode: "terminate")]
        configuration.sections["tls"] = SecureSection.text()
        try withGateway(configuration, folder: folder) { gateway in
            let client = try TypingClient(
                "openssl", ["s_client", "-quiet", "-connect", gateway.endpoints[0].text])
            try client.type(Handshake.request())
            try client.wait(for: "101 Switching Protocols")
            try client.type("hello")
            try client.wait(for: "hello")
            // It ends its direction, but nothing in TLS says so.
            try client.end(by: 9)
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.values[AccessKey.cutOff] == .flag(true))
            let ending = upstream.wait { all in all.compactMap(\.ending).first { $0 != .end } }
            #expect(ending == .reset)
        }
        upstream.stop()
    }

    @Test func `tunnels have the drain time, and then end`() throws {
        let upstream = try Handshake.service(Handshake.echo)
        let sections = ["timeouts": "{ drain: 1s }"]
        try withGateway(Handshake.configuration([upstream], sections: sections)) { gateway in
            let leaving = try gateway.connect()
            let staying = try gateway.connect()
            _ = try leaving.openTunnel()
            _ = try staying.openTunnel()
            gateway.requestTermination()
            try gateway.waitForStopping()
            #expect(try leaving.echo("still") == "still")
            leaving.finishSending()
            #expect(leaving.readToEnd().ending == .end)
            #expect(try staying.echo("here") == "here")
            #expect(staying.readToEnd().ending != .open)
            let records = try gateway.accessRecords(2)
            #expect(records.map { $0.values[AccessKey.cutOff] == nil } == [true, false])
        }
    }

    @Test func `a tunnel to an instance that drains has its time, and one to a disabled instance none`()
        throws
    {
        let upstream = try Handshake.service(Handshake.echo)
        var configuration = Handshake.configuration([upstream])
        configuration.services[0].settings["drain"] = "400ms"
        try withGateway(configuration) { gateway in
            for (state, isImmediate) in [("draining", false), ("disabled", true)] {
                configuration.services[0].instanceSettings[0] = nil
                try gateway.reload(with: configuration)
                let client = try gateway.connect()
                _ = try client.openTunnel()
                #expect(try client.echo("here") == "here")
                configuration.services[0].instanceSettings[0] = ["state": state]
                try gateway.reload(with: configuration)
                if !isImmediate { #expect(try client.echo("still") == "still") }
                #expect(client.readToEnd().ending == .end)
            }
        }
    }

    @Test func `a peer that reads nothing stops the other, and memory stays bounded`() throws {
        let clients = 8
        let total = 64 << 20
        let upstream = try Handshake.service { connection, request in
            if request.target == "/down" {
                let piece = [UInt8](repeating: 0x55, count: 1 << 20)
                for _ in 0..<(total / piece.count) { try connection.send(piece) }
            } else {
                connection.waitUntilStopped()
            }
        }
        let sections = ["timeouts": "{ send: 2s, drain: 1s }"]
        try withGateway(Handshake.configuration([upstream], sections: sections)) { gateway in
            let before = gateway.residentBytes
            let readers = try (0..<clients).map { _ in
                let client = try gateway.connect()
                _ = try client.openTunnel(Handshake.request("/down"))
                return client
            }
            var mostBytes = 0
            let writer = try gateway.connect()
            _ = try writer.openTunnel(Handshake.request("/up"))
            let piece = [UInt8](repeating: 0x55, count: 1 << 20)
            var taken = 0
            while taken < total {
                let count = try writer.send(piece, until: Deadline(in: .milliseconds(500)))
                mostBytes = max(mostBytes, gateway.residentBytes)
                taken += count
                if count < piece.count { break }
            }
            #expect(taken < total, "the service has read nothing")
            // Those that take nothing end; until then they have held what is read at once.
            let records = try gateway.accessRecords(clients + 1, until: Deadline(in: .seconds(60)))
            #expect(records.count == clients + 1)
            mostBytes = max(mostBytes, gateway.residentBytes)
            #expect(mostBytes - before < Sanitizer.memory(clients * (1 << 20)))
            withExtendedLifetime(readers) {}
            upstream.stop()
        }
    }
}
