internal import TestSupport
internal import Testing

/// Bodies pass while they come, as fast as the slower side, without being kept.
@Suite(.logOnFailure)
struct StreamingTests {
    /// Many times what a gateway may grow by.
    private static let bigBytes = 32 << 20
    /// What never passes while one side takes nothing, however large the kernel's buffers are.
    private static let endlessBytes = KernelBuffers.betweenClientAndService
    /// What a gateway may grow by while it holds up such a body.
    private static let growthBytes = Sanitizer.memory(8 << 20)

    @Test func `both directions flow at the same time`() throws {
        let upstream = try RecordingUpstream { connection in
            _ = try connection.readHead()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while let chunk = try connection.readChunk() {
                try connection.send([UInt8](String(chunk.count, radix: 16) + "\r\n") + chunk + [0x0D, 0x0A])
            }
            try connection.send("0\r\n\r\n")
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/echo", fields: "Transfer-Encoding: chunked\r\n"))
            #expect(try client.readHead().status == 200)
            for word in ["one", "three", "nineteen"] {
                try client.send("\(String(word.utf8.count, radix: 16))\r\n\(word)\r\n")
                var echoed = ""
                while echoed.utf8.count < word.utf8.count {
                    echoed += try #require(try client.readChunk()).text
                }
                #expect(echoed == word, "each word comes back before the next is sent")
            }
            try client.send("0\r\n\r\n")
            #expect(try client.readChunk() == nil)
            _ = try client.readTrailers()
        }
    }

    @Test func `an answer that comes before the end of the body is passed on`() throws {
        let upstream = try RecordingUpstream.misbehavingOnce { connection, _ in
            _ = try connection.read(5)
            try connection.send(RecordingUpstream.response("enough", status: "413 Content Too Large"))
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/big", fields: "Content-Length: 1000000\r\n") + "hello")
            let response = try client.readResponse(to: "POST")
            #expect(response.status == 413)
            #expect(response.body.text == "enough")
            // Whether the gateway takes the rest or closes: no part of the body may become a request.
            try client.send([UInt8](repeating: 0x47, count: 999_995) + [UInt8](request("GET", "/next")))
            if !response.announcesClose {
                let next = try? client.readResponse()
                #expect(next == nil || next?.body.text == "next")
            }
            let other = try gateway.connect()
            try other.send(request("GET", "/other"))
            #expect(try other.readResponse().body.text == "next")
        }
        let targets = upstream.requests.map(\.target)
        #expect(Set(targets).isSubset(of: ["/big", "/next", "/other"]))
    }

    @Test func `a service that answers early and closes is heard`() throws {
        let upstream = try RecordingUpstream.misbehavingOnce { connection, _ in
            try connection.send(
                RecordingUpstream.response("no", status: "403 Forbidden", fields: "Connection: close\r\n"))
            connection.finishSending()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/big", fields: "Content-Length: 1000000\r\n") + "hello")
            let response = try client.readResponse(to: "POST")
            #expect(response.status == 403)
            #expect(response.body.text == "no")
        }
    }

    @Test func `a slow client holds up a large response, and the gateway does not keep it`() throws {
        let size = Self.bigBytes
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let piece = [UInt8](repeating: 0x61, count: 1 << 16)
            for _ in 0..<(size / piece.count) { try connection.send(piece) }
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let before = gateway.residentBytes
            let client = try gateway.connect(receiveBuffer: 16_384)
            try client.send(request())
            #expect(try client.readHead().status == 200)
            var left = size
            var most = 0
            while left > 0 {
                left -= try client.read(min(left, 1 << 18)).count
                most = max(most, gateway.residentBytes)
            }
            #expect(most - before < Self.growthBytes, "grew from \(before) to \(most) bytes")
        }
    }

    @Test func `a client that reads nothing at all stops the service, not the gateway`() throws {
        let upstream = try RecordingUpstream.misbehavingOnce { connection, _ in
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(Self.endlessBytes)\r\n\r\n")
            try connection.send([UInt8](repeating: 0x61, count: Self.endlessBytes))
        }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ send: 1s, drain: 5s }"])
        try withGateway(configuration) { gateway in
            let before = gateway.residentBytes
            let client = try gateway.connect(receiveBuffer: 16_384)
            try client.send(request("GET", "/stuck"))
            _ = try upstream.waitForRequests(1)
            let other = try gateway.connect()
            for _ in 0..<10 {
                try other.send(request("GET", "/fine"))
                #expect(try other.readResponse().body.text == "next")
            }
            let isCut = upstream.wait { records in
                records.contains { $0.requests.first?.target == "/stuck" && $0.ending != nil } ? true : nil
            }
            #expect(isCut == true, "the service's connection ends when the client takes nothing")
            #expect(gateway.residentBytes - before < Self.growthBytes)
            client.close()
        }
    }

    @Test func `a slow service holds up a large request, and the gateway does not keep it`() throws {
        let upstream = try RecordingUpstream { connection in
            let head = try connection.readHead()
            let size = head.fields["Content-Length"].flatMap { Int($0) } ?? 0
            var left = size
            while left > 0 { left -= try connection.read(min(left, 1 << 18)).count }
            try connection.send(RecordingUpstream.response("\(size)"))
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let before = gateway.residentBytes
            let client = try gateway.connect()
            try client.send(request("POST", "/big", fields: "Content-Length: \(Self.bigBytes)\r\n"))
            let piece = [UInt8](repeating: 0x61, count: 1 << 18)
            var most = 0
            for _ in 0..<(Self.bigBytes / piece.count) {
                #expect(try client.send(piece) == piece.count)
                most = max(most, gateway.residentBytes)
            }
            #expect(try client.readResponse(to: "POST").body.text == "\(Self.bigBytes)")
            #expect(most - before < Self.growthBytes, "grew from \(before) to \(most) bytes")
        }
    }

    @Test func `a service that reads nothing stops the client`() throws {
        let upstream = try RecordingUpstream { connection in
            _ = try connection.readHead()
            connection.waitUntilStopped()
        }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ send: 2s, body: 2s, drain: 1s }"])
        try withGateway(configuration) { gateway in
            let before = gateway.residentBytes
            let client = try gateway.connect()
            let head = request("POST", "/stuck", fields: "Content-Length: \(Self.endlessBytes)\r\n")
            let body = [UInt8](repeating: 0x61, count: Self.endlessBytes)
            // Ends when the gateway closes after its time-out, long before all is sent.
            let sent = try client.send([UInt8](head) + body)
            #expect(sent < Self.endlessBytes)
            #expect(gateway.residentBytes - before < Self.growthBytes)
            upstream.stop()
        }
    }
}
