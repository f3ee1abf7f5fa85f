internal import TestSupport
internal import Testing

/// Each is what the first request of a client gets; the next request of the same client must get its own response,
/// on the same connection where that one goes on.
@Suite(.logOnFailure)
struct AbusiveResponseTests {
    @Test(arguments: AbusiveResponse.heads)
    func `a malformed head is answered with 502`(_ sample: AbusiveResponse) throws {
        try judge(sample)
    }

    @Test(arguments: AbusiveResponse.framings)
    func `an ambiguous framing is answered with 502`(_ sample: AbusiveResponse) throws {
        try judge(sample)
    }

    @Test(arguments: AbusiveResponse.absences)
    func `a missing response is answered with 502 or 504`(_ sample: AbusiveResponse) throws {
        try judge(sample)
    }

    @Test(arguments: AbusiveResponse.bodies)
    func `a body that breaks off is never completed`(_ sample: AbusiveResponse) throws {
        try judge(sample)
    }

    @Test(arguments: AbusiveResponse.surpluses)
    func `what comes behind a response reaches nobody`(_ sample: AbusiveResponse) throws {
        try judge(sample)
    }

    private func judge(_ sample: AbusiveResponse) throws {
        let upstream = try RecordingUpstream.misbehavingOnce(sample.behaviour)
        let configuration = GatewayConfiguration(
            upstreams: [upstream],
            sections: [
                "limits": "{ head: 8KiB, fields: 50, trailers: 1KiB }",
                "timeouts": "{ response: 1s, body: 1s, drain: 5s }",
            ])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request(sample.method, "/first"))
            let goesOn = try expectOutcome(of: sample, on: client)
            let next = goesOn ? client : try gateway.connect()
            try next.send(request("GET", "/second"))
            let response = try next.readResponse()
            #expect(response.status == 200)
            #expect(response.body.text == "next")
            let bystander = try gateway.connect()
            try bystander.send(request("GET", "/third"))
            #expect(try bystander.readResponse().body.text == "next")
        }
        let records = try upstream.finish()
        #expect(records.flatMap(\.requests).map(\.target).sorted() == ["/first", "/second", "/third"])
        for record in records {
            let requests = record.requests.reduce(0) { $0 + $1.head.count + $1.body.count }
            #expect(record.received.count == requests, "nothing but requests: \(record.received.readable)")
        }
    }

    /// Whether the client's connection goes on afterwards.
    private func expectOutcome(of sample: AbusiveResponse, on client: RawClient) throws -> Bool {
        switch sample.outcome {
        case .answered(let statuses):
            let response = try client.readResponse(to: sample.method)
            let status = response.status
            #expect(statuses.contains(status), "\(response.head.readable)")
            #expect(response.framing != .untilClose, "a response of the gateway's own has a length")
            return try expectFate(of: client, after: response)
        case .cleaned(let body):
            let response = try client.readResponse(to: sample.method)
            #expect(response.status < 400)
            #expect(response.body.text == body)
            return try expectFate(of: client, after: response)
        case .cutOff:
            let (bytes, ending) = client.readToEnd()
            #expect(ending != .open, "the connection is closed")
            expectBeginning(bytes)
            return false
        }
    }

    /// The head, and of the body no more than the service has sent; never the end of it.
    private func expectBeginning(_ bytes: [UInt8]) {
        #expect(bytes.text.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(bytes.readable)")
        guard let head = bytes.firstRange(of: "\r\n\r\n")?.upperBound else {
            Issue.record("a head is whole, or does not leave: \(bytes.readable)")
            return
        }
        let body = Array(bytes[head...])
        if Array(bytes[..<head]).text.lowercased().contains("transfer-encoding: chunked") {
            #expect(body.isEmpty || body.text.hasPrefix("5\r\nhello\r\n"), "\(body.readable)")
            #expect(!body.contains(text: "0\r\n"), "no last chunk: \(body.readable)")
        } else {
            #expect("hello".hasPrefix(body.text), "\(body.readable)")
        }
        #expect(!bytes.contains(text: AbusiveResponse.evil), "\(bytes.readable)")
    }

    /// A connection that is said to be closed is closed, with nothing behind the response.
    private func expectFate(of client: RawClient, after response: ResponseMessage) throws -> Bool {
        guard response.announcesClose else { return true }
        let rest = client.readToEnd()
        #expect(rest.bytes.readable == [UInt8]().readable, "nothing behind the response")
        #expect(rest.ending != .open, "the connection is closed as announced")
        return false
    }
}
