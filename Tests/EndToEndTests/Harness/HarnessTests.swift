internal import TestSupport
internal import Testing

/// The judge is judged first: client and upstream of the tests, without a gateway between them.
@Suite struct HarnessTests {
    @Test func `an upstream records every byte, and whole requests`() throws {
        let upstream = try RecordingUpstream.echoing()
        let client = try RawClient(to: upstream.endpoint)
        let text = request("POST", "/a", body: "hello") + request("GET", "/b")
        try client.send([UInt8](text), pieces: 17)
        #expect(try client.readResponse().body.text == "POST /a")
        #expect(try client.readResponse().body.text == "GET /b")
        client.close()
        let record = try #require(try upstream.finish().first)
        #expect(record.received.text == text)
        #expect(record.requests.map(\.summary) == ["POST /a", "GET /b"])
        #expect(record.requests.map(\.number) == [0, 1])
        #expect(record.ending == .end)
    }

    @Test func `an upstream tells a reset from an end, and its own end from both`() throws {
        let upstream = try RecordingUpstream { connection in
            let head = try connection.readHead()
            if head.target == "/close" { connection.close() }
        }
        let one = try RawClient(to: upstream.endpoint)
        try one.send(request("GET", "/reset"))
        _ = try upstream.waitForRequests(1)
        one.reset()
        let two = try RawClient(to: upstream.endpoint)
        try two.send(request("GET", "/close"))
        #expect(two.readToEnd().ending == .end)
        let endings = try upstream.finish().map(\.ending)
        #expect(endings == [.reset, .ours])
    }

    @Test func `bytes that are no request are recorded, too`() throws {
        let upstream = try RecordingUpstream.answering()
        let client = try RawClient(to: upstream.endpoint)
        try client.send("garbage\n\r\n")
        client.finishSending()
        #expect(client.readToEnd().bytes.isEmpty)
        let records = try upstream.finish()
        #expect(records.map(\.received.text) == ["garbage\n\r\n"])
        #expect(records.flatMap(\.requests).isEmpty)
    }

    private static let badRequests = [
        "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    ]

    @Test(arguments: badRequests)
    func `the upstream's reader takes no liberties`(_ text: String) throws {
        let upstream = try RecordingUpstream.answering()
        let client = try RawClient(to: upstream.endpoint)
        try client.send(text)
        client.finishSending()
        #expect(client.readToEnd().bytes.isEmpty, "no answer to what is no request")
    }

    private static let badResponses = [
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX A: b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n\r\n",
    ]

    @Test(arguments: badResponses)
    func `the client's reader takes no liberties`(_ text: String) throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send(text)
            connection.close()
        }
        let client = try RawClient(to: upstream.endpoint)
        try client.send(request())
        #expect(throws: HarnessError.self) { try client.readResponse() }
    }

    @Test func `the client reads every framing`() throws {
        let upstream = try RecordingUpstream { connection in
            let head = "HTTP/1.1 200 OK\r\n"
            try connection.readRequest()
            try connection.send("HTTP/1.1 103 Early Hints\r\n\r\n" + head + "Content-Length: 5\r\n\r\nhello")
            try connection.readRequest()
            try connection.send(
                head + "Transfer-Encoding: chunked\r\n\r\n5;a\r\nhello\r\n0\r\nX-A: b\r\n\r\n")
            try connection.readRequest()
            try connection.send(head + "\r\nhello")
            connection.close()
        }
        let client = try RawClient(to: upstream.endpoint)
        try client.send(request() + request() + request())
        let responses = try (0..<3).map { _ in try client.readResponse() }
        #expect(responses.map(\.framing) == [.length(5), .chunked, .untilClose])
        #expect(responses.map(\.body.text) == ["hello", "hello", "hello"])
        #expect(responses[1].trailers["X-A"] == "b")
    }

    @Test func `waits end`() throws {
        let upstream = try RecordingUpstream { _ in }
        let client = try RawClient(to: upstream.endpoint)
        try client.send(request())
        #expect(throws: HarnessError.self) {
            try client.readResponse(until: Deadline(in: .milliseconds(50)))
        }
        #expect(client.readToEnd(until: Deadline(in: .milliseconds(50))).ending == .open)
        #expect(throws: HarnessError.self) { try Gate().wait(until: Deadline(in: .milliseconds(50))) }
        let stopped = upstream.wait(until: Deadline(in: .milliseconds(50))) { $0.isEmpty ? true : nil }
        #expect(stopped == nil)
    }

    @Test func `an upstream that accepts no more is refused`() throws {
        let upstream = try RecordingUpstream.answering()
        try upstream.stopAccepting()
        #expect(throws: HarnessError.self) { try RawClient(to: upstream.endpoint) }
    }

    @Test func `a program's output and end are known`() throws {
        let shell = try Command("sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(shell.ending == .exited(3))
        #expect(shell.output == "out\n")
        #expect(shell.errors == "err\n")
        #expect(try Command("sh", ["-c", "kill -9 $$"]).ending == .killed(9))
    }

    @Test func `a program inherits nothing but its own descriptors`() throws {
        let open = try RecordingUpstream.answering()
        let client = try RawClient(to: open.endpoint)
        let listing = try Command("sh", ["-c", "ls -1 /proc/$$/fd"])
        let numbers = listing.output.split(separator: "\n").compactMap { Int($0) }.filter { $0 > 2 }
        // A shell may keep one or two of its own, far up.
        #expect(numbers.filter { $0 < 10 } == [])
        client.close()
    }
}
