internal import TestSupport
internal import Testing

/// Each is sent whole on a connection of its own, and in many pieces behind a request that is well formed; each is
/// judged by the answer, by the fate of the connection, and by what the service got to see.
@Suite(.logOnFailure)
struct MalformedRequestTests {
    @Test(arguments: MalformedRequest.requestLines)
    func `a malformed request line is refused, and nothing of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    @Test(arguments: MalformedRequest.versions)
    func `a version that is not spoken is refused, and nothing of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    @Test(arguments: MalformedRequest.targets)
    func `a malformed target is refused, and nothing of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    @Test(arguments: MalformedRequest.fields)
    func `a malformed field line is refused, and nothing of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    @Test(arguments: MalformedRequest.hosts)
    func `anything but one valid Host is refused, and nothing of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    @Test(arguments: MalformedRequest.oversize)
    func `what is too large is refused, and no request of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    @Test(arguments: MalformedRequest.lengths)
    func `an ambiguous length is refused, and nothing of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    @Test(arguments: MalformedRequest.codings)
    func `a transfer coding other than chunked is refused, and nothing of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    @Test(arguments: MalformedRequest.chunks)
    func `a malformed chunk is refused, and no whole request of it reaches the service`(
        _ sample: MalformedRequest
    ) throws {
        try judge(sample)
    }

    private func judge(_ sample: MalformedRequest) throws {
        let upstream = try RecordingUpstream.echoing()
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["limits": MalformedRequest.limits])
        try withGateway(configuration) { gateway in
            let alone = try gateway.connect()
            try alone.send(sample.bytes)
            try expectRefusal(of: sample, on: alone)

            let behind = try gateway.connect()
            try behind.send([UInt8](request("GET", "/before")) + sample.bytes, pieces: 50)
            let before = try behind.readResponse()
            #expect(before.status == 200)
            #expect(before.body.text == "GET /before")
            try expectRefusal(of: sample, on: behind)

            let bystander = try gateway.connect()
            try bystander.send(request("GET", "/after"))
            #expect(try bystander.readResponse().body.text == "GET /after")
        }
        try expectCleanRecord(of: sample, at: upstream)
    }

    private func expectRefusal(of sample: MalformedRequest, on client: RawClient) throws {
        let response = try client.readResponse()
        let (status, announcesClose) = (response.status, response.announcesClose)
        #expect(sample.statuses.contains(status), "\(response.head.readable)")
        #expect(announcesClose, "\(response.head.readable)")
        let rest = client.readToEnd()
        #expect(rest.bytes.readable == [UInt8]().readable, "nothing behind the refusal")
        #expect(rest.ending != .open, "the connection is closed")
    }

    /// The service saw the two good requests whole, nothing else whole, and no byte that it should not have seen.
    private func expectCleanRecord(of sample: MalformedRequest, at upstream: RecordingUpstream) throws {
        let records = try upstream.finish()
        let isSmuggled = records.contains { $0.received.contains(text: "smuggled") }
        #expect(!isSmuggled, "\(records.map(\.received.readable))")
        let good = ["GET /before", "GET /after"]
        #expect(records.flatMap(\.requests).map(\.summary).filter(good.contains).sorted() == good.sorted())
        for record in records {
            let whole = record.requests.filter { good.contains($0.summary) }
            let extra = record.received.count - whole.map { $0.head.count + $0.body.count }.reduce(0, +)
            switch sample.reach {
            case .nothing:
                #expect(extra == 0, "\(record.received.readable)")
            case .beginning:
                #expect(!Self.holdsWholeUpload(record.received), "\(record.received.readable)")
            }
        }
    }

    /// Whether the chunked body of the upload has its last chunk and the empty line behind it.
    private static func holdsWholeUpload(_ bytes: [UInt8]) -> Bool {
        guard let head = bytes.firstRange(of: "POST /upload"),
            let last = bytes.firstRange(of: "\r\n0\r\n", from: head.upperBound)
        else { return false }
        return bytes.firstRange(of: "\r\n\r\n", from: last.upperBound - 2) != nil
    }
}
