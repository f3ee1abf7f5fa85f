internal import TestSupport
internal import Testing

/// 1xx responses and `Expect: 100-continue` (RFC 9110 sections 10.1.1 and 15.2).
@Suite(.logOnFailure)
struct InterimResponseTests {
    private static let expecting = request(
        "POST", "/up", fields: "Content-Length: 5\r\nExpect: 100-continue\r\n")

    @Test func `a service that wants the body gets it`() throws {
        let upstream = try RecordingUpstream { connection in
            let head = try connection.readHead()
            if head.fields["Expect"] != nil { try connection.send("HTTP/1.1 100 Continue\r\n\r\n") }
            try connection.readBody(of: head)
            try connection.send(RecordingUpstream.response("thanks"))
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(Self.expecting)
            #expect(try client.readHead(to: "POST").status == 100)
            try client.send("hello")
            #expect(try client.readResponse(to: "POST").body.text == "thanks")
        }
        #expect(try upstream.finish().flatMap(\.requests).map(\.body.text) == ["hello"])
    }

    @Test func `a service that refuses at once is heard before the body is sent`() throws {
        let upstream = try RecordingUpstream.misbehavingOnce { connection, _ in
            try connection.send(RecordingUpstream.response("no", status: "403 Forbidden"))
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(Self.expecting)
            let first = try client.readHead(to: "POST")
            #expect(first.status == 403, "no 100 before it")
            #expect(try client.readBody(of: first).body.text == "no")
            // The body that was not sent must not be waited for in what comes next.
            if first.announcesClose {
                #expect(client.readToEnd().ending != .open)
            } else {
                try client.send("hello" + request("GET", "/next"))
                #expect(try client.readResponse().body.text == "next")
            }
        }
        let received = upstream.received
        #expect(!received.contains(text: "hello"))
    }

    @Test func `a client that doesn't wait for 100 is served all the same`() throws {
        let upstream = try RecordingUpstream { connection in
            while true {
                let head = try connection.readHead()
                if head.fields["Expect"] != nil { try connection.send("HTTP/1.1 100 Continue\r\n\r\n") }
                try connection.readBody(of: head)
                try connection.send(RecordingUpstream.response(head.target))
            }
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(Self.expecting + "hello" + request("GET", "/next"))
            #expect(try client.readResponse(to: "POST").body.text == "/up")
            #expect(try client.readResponse().body.text == "/next")
        }
    }

    @Test func `interim responses reach the client in their order`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 102 Processing\r\n\r\n")
            try connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n")
            try connection.send(RecordingUpstream.response("done"))
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            #expect(try client.readHead().status == 102)
            let hints = try client.readHead()
            #expect(hints.status == 103)
            #expect(hints.fields["Link"] == "</a.css>; rel=preload")
            #expect(try client.readResponse().body.text == "done")
        }
    }

    @Test func `an HTTP/1.0 client gets no interim response`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
            try connection.send(RecordingUpstream.response("done"))
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send("GET / HTTP/1.0\r\nHost: limpet.test\r\n\r\n")
            #expect(try client.readHead().status == 200)
        }
    }

    @Test func `a client that was told to go on and does not is the one that is late`() throws {
        let upstream = try RecordingUpstream { connection in
            _ = try connection.readHead()
            try connection.send("HTTP/1.1 100 Continue\r\n\r\n")
        }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ body: 500ms, response: 60s, drain: 1s }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(Self.expecting)
            #expect(try client.readHead(to: "POST").status == 100)
            #expect(try client.readResponse(to: "POST").status == 408)
        }
    }

    @Test func `as many interim responses as are allowed are passed on, and one more is none`() throws {
        let upstream = try RecordingUpstream { connection in
            while true {
                let count = try connection.readRequest().target == "/many" ? 17 : 16
                for _ in 0..<count { try connection.send("HTTP/1.1 102 Processing\r\n\r\n") }
                try connection.send(RecordingUpstream.response("done"))
            }
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            for (target, status) in [("/few", 200), ("/many", 502), ("/few", 200)] {
                let client = try gateway.connect()
                try client.send(request("GET", target))
                for _ in 0..<16 { #expect(try client.readHead().status == 102) }
                #expect(try client.readHead().status == status)
            }
        }
    }

    @Test(arguments: ["HTTP/1.0", "HTTP/1.1"])
    func `a service that only ever says that it works does not keep its client for ever`(version: String)
        throws
    {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            let pause = Gate()
            while true {
                try connection.send("HTTP/1.1 102 Processing\r\n\r\n")
                try? pause.wait(until: Deadline(in: .milliseconds(50)))
            }
        }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ response: 1s, drain: 1s }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send("GET / \(version)\r\nHost: limpet.test\r\n\r\n")
            #expect(try client.readResponse().status == 502)
        }
    }
}
