internal import TestSupport
internal import Testing

/// Protocols other than WebSocket, and CONNECT, where a route allows them.
@Suite(.logOnFailure)
struct ConnectTests {
    private static let connect = "CONNECT db.example:5432 HTTP/1.1\r\nHost: other.example\r\n\r\n"

    @Test func `CONNECT goes to the service of its route, which agrees or not`() throws {
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readHead()
                guard request.target == "db.example:5432" else {
                    try connection.send(RecordingUpstream.response("no", status: "403 Forbidden"))
                    continue
                }
                try connection.send(
                    "HTTP/1.1 200 Here\r\nContent-Length: 7\r\n\r\n")
                return try Handshake.echo(connection, request)
            }
        }
        try withGateway(Handshake.configuration([upstream], route: "connect: true")) { gateway in
            let client = try gateway.connect()
            let head = try client.openTunnel(Self.connect)
            #expect(head.fields["Content-Length"] == nil && head.fields["Transfer-Encoding"] == nil)
            #expect(head.fields["Connection"] == nil)
            #expect(try client.echo("SELECT 1") == "SELECT 1")
            client.finishSending()
            #expect(client.readToEnd().ending == .end)
            let refused = try gateway.connect()
            try refused.send(Self.connect.replacing("5432", with: "22") + "SSH-2.0")
            let answer = try refused.readResponse(to: "CONNECT")
            // Behind it stands what is no request.
            #expect(answer.status == 403 && answer.announcesClose)
            #expect(refused.readToEnd().ending == .end)
            let records = try gateway.accessRecords(2)
            #expect(records.contains { $0.number(AccessKey.status) == 403 })
            let record = try #require(records.first { $0.number(AccessKey.status) == 200 })
            #expect(record.text(AccessKey.method) == "CONNECT" && record.number("received") == 8)
        }
        let request = try #require(upstream.requests.first)
        #expect(request.summary == "CONNECT db.example:5432")
        #expect(request.fields["Host"] == "db.example:5432")
        #expect(request.fields["Upgrade"] == nil && request.fields["Connection"] == nil)
    }

    @Test func `CONNECT is refused where no route allows it, and nothing is connected`() throws {
        let other = try RecordingUpstream.echoing()
        let upstream = try RecordingUpstream.echoing()
        var configuration = Handshake.configuration([upstream], route: "upgrade: [websocket]")
        configuration.routes.append("{ host: db.example, service: portal, connect: true }")
        try withGateway(configuration) { gateway in
            for target in [other.endpoint.text, "limpet.test:443"] {
                let client = try gateway.connect()
                try client.send("CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\r\nGET / HTTP/1.1\r\n\r\n")
                #expect(try client.readResponse(to: "CONNECT").status == 501)
                #expect(client.readToEnd().ending == .end)
            }
            let old = try gateway.connect()
            try old.send("CONNECT db.example:5432 HTTP/1.0\r\n\r\n")
            #expect(try old.readResponse(to: "CONNECT").status == 501)
        }
        #expect(upstream.requests.isEmpty && other.connections.isEmpty)
    }

    @Test func `another protocol is asked for by the name that the route has`() throws {
        let upstream = try Handshake.service(Handshake.echo)
        try withGateway(Handshake.configuration([upstream], route: "upgrade: [imap/4, foo]")) { gateway in
            let client = try gateway.connect()
            let head = try client.openTunnel(
                "OPTIONS /mail HTTP/1.1\r\nHost: a\r\nUpgrade: bar, IMAP/4\r\nConnection: upgrade\r\n\r\n")
            #expect(head.fields["Upgrade"] == "imap/4")
            #expect(try client.echo("a1 NOOP\r\n") == "a1 NOOP\r\n")
            client.finishSending()
            #expect(client.readToEnd().ending == .end)
            // With content it is a request like any other.
            let plain = try gateway.connect()
            try plain.send(
                "POST /mail HTTP/1.1\r\nHost: a\r\nUpgrade: foo\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nok"
            )
            #expect(try plain.readResponse().body.text == "plain")
        }
        #expect(upstream.requests.first?.fields.all("Upgrade") == ["imap/4"])
    }
}
