internal import Foundation
internal import TestSupport
internal import Testing

/// Responses that are compressed on their way, and those that must not be.
@Suite(.logOnFailure)
struct CompressionTests {
    private static let page = (0..<4000).map { "<p>paragraph \($0 * 7919 % 1000)</p>\n" }.joined()
    private static let html = "Content-Type: text/html; charset=utf-8\r\n"

    private static func configuration(
        _ upstream: RecordingUpstream, _ keys: String = "compress: true", sections: [String: String] = [:]
    ) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(upstreams: [upstream], sections: sections)
        configuration.routes = ["{ host: \"*\", path: /, service: portal, \(keys) }"]
        return configuration
    }

    private static func serving(_ fields: String = html, status: String = "200 OK") throws
        -> RecordingUpstream
    {
        let answer = RecordingUpstream.response(page, status: status, fields: fields)
        return try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                try connection.send(
                    request.method == "HEAD" ? String(answer.dropLast(page.utf8.count)) : answer)
            }
        }
    }

    /// What `gzip` makes of it.
    private static func gunzip(_ bytes: [UInt8]) throws -> String {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("page.gz")))
        return try Command("gzip", ["-dc", folder.file("page.gz")]).output
    }

    @Test(arguments: ["--http1.1", "--http2-prior-knowledge"], ["br", "gzip"])
    func `curl gets the page in fewer bytes, over both versions and in both codings`(
        version: String, coding: String
    ) throws {
        let upstream = try Self.serving()
        let keys = "compress: { encodings: [\(coding)] }"
        try withGateway(Self.configuration(upstream, keys)) { gateway in
            let folder = try TemporaryFolder()
            let url = "http://\(gateway.endpoints[0].text)/"
            let said = try Command(
                "curl",
                [
                    "-sS", version, "--compressed", "-D", folder.file("head"), "-o", folder.file("page"),
                    "-w", "%{size_download} %{http_code}", url,
                ])
            let size = try #require(Int(said.output.prefix { $0 != " " }))
            #expect(said.output.hasSuffix(" 200") && size < Self.page.utf8.count / 4)
            #expect(try String(contentsOfFile: folder.file("page"), encoding: .utf8) == Self.page)
            let head = try String(contentsOfFile: folder.file("head"), encoding: .utf8).lowercased()
            #expect(head.contains("content-encoding: \(coding)\r\n"))
            #expect(head.contains("vary: accept-encoding\r\n") && !head.contains("content-length"))
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.number(AccessKey.bytes) == Double(size))
        }
        upstream.stop()
    }

    @Test func `a compressed response has a weak tag, no ranges and no length, and the connection goes on`()
        throws
    {
        let upstream = try Self.serving(Self.html + "ETag: \"x\"\r\nAccept-Ranges: bytes\r\nVary: Cookie\r\n")
        try withGateway(Self.configuration(upstream)) { gateway in
            let client = try gateway.connect()
            for coding in ["gzip", "identity", "gzip"] {
                try client.send(request(fields: "Accept-Encoding: \(coding)\r\n"))
                let answer = try client.readResponse()
                #expect(
                    answer.fields.has("accept-encoding", in: "Vary")
                        && answer.fields.has("cookie", in: "Vary"))
                guard coding == "gzip" else {
                    #expect(answer.fields["ETag"] == "\"x\"" && answer.fields["Accept-Ranges"] == "bytes")
                    #expect(answer.framing == .length(Self.page.utf8.count))
                    #expect(answer.fields["Content-Encoding"] == nil)
                    continue
                }
                #expect(answer.fields["Content-Encoding"] == "gzip" && answer.framing == .chunked)
                #expect(answer.fields["ETag"] == "W/\"x\"" && answer.fields["Accept-Ranges"] == nil)
                #expect(try Self.gunzip(answer.body) == Self.page)
            }
        }
    }

    @Test(arguments: [
        ("Range: bytes=0-10\r\n", "HEAD"), ("Range: bytes=0-10\r\n", "GET"), ("Cookie: session=1\r\n", "GET"),
        ("Authorization: Basic x\r\n", "GET"), ("X: y\r\nAccept-Encoding: gzip;q=0\r\n", "GET"),
    ])
    func `some requests keep the content as it is`(fields: String, method: String) throws {
        let upstream = try Self.serving()
        try withGateway(Self.configuration(upstream)) { gateway in
            let client = try gateway.connect()
            let accept = fields.contains("Accept") ? "" : "Accept-Encoding: gzip, br\r\n"
            try client.send(request(method, fields: accept + fields))
            let answer = try client.readResponse(to: method)
            #expect(answer.status == 200 && answer.fields["Content-Encoding"] == nil)
            if method == "GET" { #expect(answer.body.text == Self.page) }
        }
    }

    @Test(arguments: [
        (html + "Set-Cookie: session=1\r\n", "200 OK"), (html + "Content-Encoding: x\r\n", "200 OK"),
        (html + "Cache-Control: no-transform\r\n", "200 OK"), ("Content-Type: image/png\r\n", "200 OK"),
        ("", "200 OK"), (html + "Content-Range: bytes 0-9/10\r\n", "206 Partial Content"),
    ])
    func `some responses keep their content as it is`(fields: String, status: String) throws {
        let upstream = try Self.serving(fields, status: status)
        try withGateway(Self.configuration(upstream)) { gateway in
            let client = try gateway.connect()
            try client.send(request(fields: "Accept-Encoding: gzip\r\n"))
            let answer = try client.readResponse()
            #expect(answer.fields["Content-Encoding"] != "gzip" && answer.body.text == Self.page)
        }
    }

    @Test(arguments: ["gzip", "identity", ""])
    func `HEAD gets the fields that GET gets, but for the framing`(coding: String) throws {
        let upstream = try Self.serving(Self.html + "ETag: \"x\"\r\nAccept-Ranges: bytes\r\n")
        try withGateway(Self.configuration(upstream)) { gateway in
            let client = try gateway.connect()
            let asked = coding.isEmpty ? "" : "Accept-Encoding: \(coding)\r\n"
            var heads: [[String]] = []
            for method in ["HEAD", "GET"] {
                try client.send(request(method, fields: asked))
                let answer = try client.readResponse(to: method)
                #expect(answer.status == 200)
                heads.append(
                    ["Vary", "ETag", "Accept-Ranges", "Content-Encoding", "Content-Type", "Content-Length"]
                        .map { "\($0): \(answer.fields[$0] ?? "none")" })
            }
            #expect(heads[0] == heads[1])
            #expect(heads[0][0] == "Vary: Accept-Encoding")
        }
    }

    @Test func `credentials are no obstacle where the route says so, and our own cookie never is`() throws {
        let upstream = try Self.serving(Self.html + "Set-Cookie: session=1\r\n")
        try withGateway(Self.configuration(upstream, "compress: { with-credentials: true }")) { gateway in
            let client = try gateway.connect()
            try client.send(request(fields: "Accept-Encoding: gzip\r\nCookie: a=b\r\nAuthorization: x\r\n"))
            #expect(try client.readResponse().fields["Content-Encoding"] == "gzip")
        }
        let plain = try Self.serving()
        let affinity = ["affinity": "{ by: [cookie], cookie: { name: owner } }"]
        try withGateway(Self.configuration(plain, sections: affinity)) { gateway in
            let client = try gateway.connect()
            try client.send(request(fields: "Accept-Encoding: gzip\r\n"))
            let first = try client.readResponse()
            let cookie = try #require(first.fields["Set-Cookie"]?.split(separator: ";").first)
            #expect(first.fields["Content-Encoding"] == "gzip")
            try client.send(request(fields: "Accept-Encoding: gzip\r\nCookie: \(cookie)\r\n"))
            #expect(try client.readResponse().fields["Content-Encoding"] == "gzip")
        }
    }

    @Test(arguments: ["h1", "h2c"])
    func `what the service has said so far arrives while it pauses`(version: String) throws {
        let gate = Gate()
        let upstream = try version == "h1" ? Self.pausing(gate) : Self.pausingOnStream(gate)
        var configuration = Self.configuration(upstream)
        configuration.services[0].settings["protocol"] = version
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request(fields: "Accept-Encoding: gzip\r\nTE: trailers\r\n"))
            #expect(try client.readHead().fields["Content-Encoding"] == "gzip")
            var bytes: [UInt8] = []
            while try Self.gunzip(bytes) != "first" { bytes += try #require(try client.readChunk()) }
            gate.open()
            while let chunk = try client.readChunk() { bytes += chunk }
            #expect(try Self.gunzip(bytes) == "first second")
            #expect(try client.readTrailers()["X-Sum"] == "1")
        }
    }

    /// Says a part, and the rest when the gate opens.
    private static func pausing(_ gate: Gate) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send(
                "HTTP/1.1 200 OK\r\n\(html)Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            try gate.wait()
            try connection.send("7\r\n second\r\n0\r\nX-Sum: 1\r\n\r\n")
        }
    }

    /// The same in HTTP/2.
    private static func pausingOnStream(_ gate: Gate) throws -> RecordingUpstream {
        try RecordingUpstream.speakingFrames { service, _ in
            let stream = try service.readRequest().stream
            try service.respond(200, [("content-type", "text/html")], on: stream, isLast: false)
            try service.send(.data(Array("first".utf8), on: stream, isLast: false))
            try gate.wait()
            try service.send(
                .data(Array(" second".utf8), on: stream, isLast: false),
                .headers([("x-sum", "1")], on: stream))
            while true { try service.read() }
        }
    }

    @Test func `a response that is cut off does not look whole`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\n\(Self.html)Content-Length: 5000\r\n\r\nbeginning")
            connection.close()
        }
        try withGateway(Self.configuration(upstream)) { gateway in
            let client = try gateway.connect()
            try client.send(request(fields: "Accept-Encoding: gzip\r\n"))
            _ = try client.readHead()
            let rest = client.readToEnd()
            #expect(!rest.bytes.text.hasSuffix("0\r\n\r\n"))
            let record = try #require(try gateway.accessRecords(1).last)
            #expect(record.values[AccessKey.cutOff] == .flag(true))
        }
    }

    @Test
    func
        `many large responses to slow readers hold little memory, and those beyond the limit go as they are`()
        throws
    {
        let total = 32 << 20
        // Letters as they come: hardly anything repeats itself within a window.
        var state: UInt32 = 1
        let piece = (0..<(1 << 20)).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24) & 0x3f | 0x40
        }
        let upstream = try RecordingUpstream { connection in
            while true {
                try connection.readRequest()
                try connection.send("HTTP/1.1 200 OK\r\n\(Self.html)Content-Length: \(total)\r\n\r\n")
                for _ in 0..<(total / piece.count) { try connection.send(piece) }
            }
        }
        let sections = ["workers": "1", "timeouts": "{ send: 1m, drain: 1s }"]
        try withGateway(Self.configuration(upstream, sections: sections)) { gateway in
            let before = gateway.residentBytes
            let count = 136
            var codings: [String?] = []
            let clients = try (0..<count).map { _ in
                let client = try gateway.connect(receiveBuffer: 4096)
                try client.send(request(fields: "Accept-Encoding: br\r\n"))
                codings.append(try client.readHead().fields["Content-Encoding"])
                return client
            }
            #expect(codings.count { $0 == "br" } == 128)
            #expect((gateway.residentBytes - before) / count < Sanitizer.memory(2 << 20))
            for client in clients { client.reset() }
            upstream.stop()
        }
    }
}
