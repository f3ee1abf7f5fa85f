internal import TestSupport
internal import Testing

/// Whoever waits does so for one thing, for a time that only progress prolongs, and harms nobody meanwhile.
@Suite(.logOnFailure)
struct WaitingTests {
    @Test func `a client that goes on sending does not prolong the wait for a silent service`() throws {
        let upstream = try RecordingUpstream { connection in try connection.readRequest() }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ response: 600ms, drain: 1s }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            let isAnswered = Deadline(in: .seconds(5)).poll(every: .milliseconds(50)) {
                (try? client.send(request("GET", "/next"))) == 0 || client.hasInput
            }
            #expect(isAnswered)
            #expect(try client.readResponse().status == 504)
        }
    }

    @Test func `a service that takes nothing of a request gets no more time than that`() throws {
        let upstream = try RecordingUpstream { connection in
            _ = try connection.readHead()
            connection.waitUntilStopped()
        }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ send: 500ms, response: 60s, drain: 1s }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            let size = KernelBuffers.betweenClientAndService
            try client.send(request("POST", "/stuck", fields: "Content-Length: \(size)\r\n"))
            // More than all buffers on the way hold.
            let piece = [UInt8](repeating: 0x61, count: 1 << 20)
            let isAnswered = Deadline().poll(every: .zero) {
                _ = try? client.send(piece, until: Deadline(in: .milliseconds(50)))
                return client.hasInput
            }
            #expect(isAnswered)
            #expect(try client.readResponse(to: "POST").status == 504)
            upstream.stop()
        }
    }

    @Test func `a body that stops on its way to the client is cut off in the time for bodies`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ body: 500ms, response: 60s, drain: 1s }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            _ = try client.readHead()
            let rest = client.readToEnd()
            #expect(rest.bytes.text == "hello")
            #expect(rest.ending != .open)
            let record = try #require(try gateway.accessRecords(1).first)
            #expect(record.values[AccessKey.cutOff] == .flag(true), "\(record.line)")
        }
    }

    @Test func `a client that goes away lets the service know while it still works`() throws {
        let upstream = try RecordingUpstream { connection in try connection.readRequest() }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/report"))
            _ = try upstream.waitForRequests(1)
            client.reset()
            let isTold = upstream.wait { records in
                records.contains { !$0.requests.isEmpty && $0.ending != nil } ? true : nil
            }
            #expect(isTold == true)
        }
    }

    @Test func `a client that takes no answers is served nothing more`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.sections["workers"] = "1"
        configuration.routes = ["{ host: \"*\", path: /known, service: portal }"]
        try withGateway(configuration) { gateway in
            let before = gateway.residentBytes
            let client = try gateway.connect(receiveBuffer: 16_384)
            let batch = [UInt8](String(repeating: request("GET", "/unknown"), count: 20_000))
            var sent = 0
            // Its answers would be several times as large as these requests.
            while sent < 64 * batch.count {
                let taken = try client.send(batch, until: Deadline(in: .milliseconds(500)))
                sent += taken
                if taken < batch.count { break }
            }
            #expect(sent < 64 * batch.count, "the gateway stops reading")
            let grown = gateway.residentBytes - before
            #expect(grown < Sanitizer.memory(8 << 20), "grew by \(grown) bytes")
            let other = try gateway.connect()
            try other.send(request("GET", "/known"))
            #expect(try other.readResponse().status == 200)
        }
    }

    @Test func `long trailers that come slowly keep nobody waiting`() throws {
        let upstream = try RecordingUpstream.echoing()
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["limits": "{ trailers: 256KiB }", "workers": "1"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/up", fields: "Transfer-Encoding: chunked\r\n"))
            let trailers = String(repeating: "X-Sum: \(String(repeating: "a", count: 4000))\r\n", count: 30)
            try client.send("5\r\nhello\r\n0\r\n" + trailers)
            let other = try gateway.connect()
            try other.send(request("GET", "/other"))
            #expect(try other.readResponse().body.text == "GET /other")
            try client.send("\r\n")
            #expect(try client.readResponse(to: "POST").body.text == "POST /up")
        }
    }

    @Test func `who waits in line is served when its turn comes, or answered in time`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                try gate.wait()
                try connection.send(RecordingUpstream.response(request.target))
            }
        }
        let settings = [
            "pool": "{ idle: 2, idle-timeout: 30s, per-instance: 1 }", "hold": "{ timeout: 1s, queue: 2 }",
        ]
        let configuration = GatewayConfiguration(
            upstreams: [upstream], settings: settings, sections: ["workers": "1"])
        try withGateway(configuration) { gateway in
            let clients = try (0..<4).map { _ in try gateway.connect() }
            for (number, client) in clients.enumerated() {
                try client.send(request("GET", "/\(number)"))
                if number == 0 { _ = try upstream.waitForRequests(1) }
            }
            // The line has two places.
            let full = Deadline().poll { clients.dropFirst().contains(where: \.hasInput) }
            #expect(full)
            let statuses = try clients.dropFirst().map { try $0.readResponse().status }
            #expect(statuses == [503, 503, 503], "one at once, two when their time is over")
            gate.open()
            #expect(try clients[0].readResponse().body.text == "/0")
            for (number, client) in clients.enumerated() {
                try client.send(request("GET", "/again/\(number)"))
            }
            let again = try clients.compactMap { client in
                let response = try client.readResponse()
                return response.status == 200 ? response.body.text : nil
            }
            #expect(again.count >= 3, "one is served, two wait for their turn: \(again)")
        }
    }

    @Test func `a line before an instance that has died is answered at once`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try gate.wait()
            connection.close()
        }
        let settings = [
            "pool": "{ idle: 2, idle-timeout: 30s, per-instance: 1 }", "hold": "{ timeout: 60s, queue: 16 }",
        ]
        let configuration = GatewayConfiguration(
            upstreams: [upstream], settings: settings, sections: ["workers": "1"])
        try withGateway(configuration) { gateway in
            let clients = try (0..<5).map { _ in try gateway.connect() }
            for (number, client) in clients.enumerated() {
                try client.send(request("GET", "/\(number)"))
                if number == 0 { _ = try upstream.waitForRequests(1) }
            }
            try upstream.stopAccepting()
            gate.open()
            let statuses = try clients.map { try $0.readResponse().status }
            #expect(statuses == [502, 503, 503, 503, 503], "only the first has reached it")
        }
    }
}
