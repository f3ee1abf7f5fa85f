internal import Foundation
internal import TestSupport
internal import Testing

/// One line a request, with all that an operator needs.
@Suite(.logOnFailure)
struct AccessLogTests {
    @Test func `a request over plain HTTP is told of`() throws {
        let upstream = try RecordingUpstream.answering(RecordingUpstream.response("hello"))
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("PUT", "/a/b?c=d", body: "12345"))
            #expect(try client.readResponse().status == 200)
            let record = try #require(try gateway.accessRecords(1).first)
            #expect(record.text(AccessKey.client)?.hasPrefix("127.0.0.1") == true)
            #expect(record.text(AccessKey.host) == "limpet.test")
            #expect(record.text(AccessKey.method) == "PUT")
            #expect(record.text(AccessKey.path)?.hasPrefix("/a/b") == true)
            #expect(record.text(AccessKey.protocolVersion) == "HTTP/1.1")
            #expect(record.number(AccessKey.status) == 200)
            #expect((record.number(AccessKey.bytes) ?? 0) >= 5)
            for key in [AccessKey.total, AccessKey.queue, AccessKey.connect, AccessKey.firstByte] {
                let milliseconds = record.number(key) ?? -1
                #expect((0..<60_000).contains(milliseconds), "\(key): \(record.line)")
            }
            #expect(record.text(AccessKey.service) == "portal")
            #expect(record.text(AccessKey.instance) == "portal-0@test")
            #expect(record.text(AccessKey.reason) != nil)
            #expect(record.values[AccessKey.version] == nil, "no TLS here")
        }
    }

    @Test(arguments: ["--tlsv1.3", "--tls-max 1.2"])
    func `a request over TLS is told of with version, suite, resumption and lineage`(_ option: String) throws
    {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        let certificate = try TestCertificate(in: folder)
        var configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["tls": certificate.section])
        configuration.listeners = [.init(mode: "terminate")]
        try withGateway(configuration, folder: folder) { gateway in
            let options = option.split(separator: " ").map(String.init)
            let curl = try Command(
                "curl",
                options + [
                    "--silent", "--show-error", "--max-time", "10", "--cacert", certificate.certificate,
                    "https://localhost:\(gateway.endpoints[0].port)/tls", "--connect-to",
                    "localhost::127.0.0.1:",
                ])
            #expect(curl.ending == .exited(0), "\(curl.errors)")
            #expect(curl.output == "ok")
            let record = try #require(try gateway.accessRecords(1).first)
            let isOld = options.count > 1
            #expect(
                record.text(AccessKey.version)?.hasSuffix(isOld ? "1.2" : "1.3") == true, "\(record.line)")
            #expect(
                record.text(AccessKey.suite)?.contains("GCM") == true
                    || record.text(AccessKey.suite)?.contains("POLY1305") == true)
            #expect(record.text(AccessKey.resumption) == "none")
            #expect(
                record.text(AccessKey.lineage).map { $0.count == 32 && $0.allSatisfy(\.isHexDigit) } == true)
            #expect((record.number(AccessKey.handshake) ?? 0) > 0)
            #expect(record.text(AccessKey.instance) == "portal-0@test")
            #expect(record.text(AccessKey.reason) == "new")
        }
    }

    @Test(arguments: [false, true])
    func `the identity that the service saw is the one in the log`(isTrusted: Bool) throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        if isTrusted { configuration.listeners[0].settings = ["trusted-proxies": "[\"127.0.0.0/8\"]"] }
        var logged: [String?] = []
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            for fields in ["", "X-Request-Id: given-by-client\r\n"] {
                try client.send(request("GET", "/", fields: fields))
                #expect(try client.readResponse().status == 200)
            }
            #expect(try FrameClient(gateway.connect()).exchange().status == 200)
            logged = try gateway.accessRecords(3).map { $0.text(AccessKey.request) }
        }
        let seen = try upstream.finish().flatMap(\.requests).map { $0.fields["X-Request-Id"] }
        #expect(logged.count == 3 && logged.allSatisfy { $0 != nil } && Set(logged) == Set(seen))
        #expect(logged.contains("given-by-client") == isTrusted)
    }

    @Test func `each request of a connection gets a line, in order`() throws {
        let upstream = try RecordingUpstream.echoing()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            for number in 0..<5 {
                try client.send(request("GET", "/\(number)"))
                _ = try client.readResponse()
            }
            let paths = try gateway.accessRecords(5).compactMap { $0.text(AccessKey.path) }
            #expect(paths == (0..<5).map { "/\($0)" })
        }
    }

    @Test func `requests that the gateway answers itself get a line`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            for text in ["GET / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n"] {
                let client = try gateway.connect()
                try client.send(text)
                #expect(try client.readResponse().status == 400)
            }
            let statuses = try gateway.accessRecords(2).map { $0.number(AccessKey.status) }
            #expect(statuses == [400, 400])
        }
    }

    @Test func `a request whose service fails is told of with its status`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            #expect(try client.readResponse().status == 502)
            let record = try #require(try gateway.accessRecords(1).first)
            #expect(record.number(AccessKey.status) == 502)
            #expect(record.text(AccessKey.instance) == "portal-0@test")
        }
    }

    @Test func `time in line for a connection is told of as such, and not as time to connect`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                if request.target == "/first" { try gate.wait() }
                try connection.send(RecordingUpstream.response("ok"))
            }
        }
        let configuration = GatewayConfiguration(
            upstreams: [upstream],
            settings: ["pool": "{ idle: 2, idle-timeout: 30s, per-instance: 1 }"],
            sections: ["workers": "1"])
        try withGateway(configuration) { gateway in
            let clients = try ["/first", "/second"].map { target in
                let client = try gateway.connect()
                try client.send(request("GET", target))
                if target == "/first" { _ = try upstream.waitForRequests(1) }
                return client
            }
            // There is nothing to wait for: the second is in line, and this is how long it is there at least.
            _ = Deadline(in: .milliseconds(400)).poll(every: .milliseconds(50)) { clients[1].hasInput }
            gate.open()
            for client in clients { #expect(try client.readResponse().status == 200) }
            let record = try #require(
                try gateway.accessRecords(2).first { $0.text(AccessKey.path) == "/second" })
            #expect(try #require(record.number(AccessKey.queue)) >= 300, "\(record.line)")
            #expect(try #require(record.number(AccessKey.connect)) < 300, "\(record.line)")
        }
    }

    @Test func `the time that a request was held in vain is told of`() throws {
        // The probe connects, but no response ever comes: the instance stays starting.
        let upstream = try RecordingUpstream { _ in }
        let settings = [
            "health": "{ type: http, path: /health, interval: 60s, timeout: 30s, rise: 1, fall: 10 }",
            "hold": "{ timeout: 300ms, queue: 16 }",
        ]
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: settings)) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/held"))
            #expect(try client.readResponse().status == 503)
            let record = try #require(try gateway.accessRecords(1).first)
            #expect(try #require(record.number(AccessKey.queue)) >= 299, "\(record.line)")
            #expect(record.number(AccessKey.connect) == 0, "\(record.line)")
        }
    }

    @Test func `a request whose client went away before an answer is told of with 499`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 102 Processing\r\n\r\n")
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let waiting = try gateway.connect()
            try waiting.send(request("GET", "/waiting"))
            #expect(try waiting.readHead().status == 102)
            waiting.reset()
            let sending = try gateway.connect()
            try sending.send(request("POST", "/sending", fields: "Content-Length: 10\r\n") + "hello")
            _ = try upstream.waitForRequests(2)
            sending.close()
            let records = try gateway.accessRecords(2)
            #expect(records.map { $0.number(AccessKey.status) } == [499, 499])
            #expect(
                records.allSatisfy { $0.values[AccessKey.cutOff] == nil && $0.number(AccessKey.bytes) == 0 })
        }
    }

    @Test func `a request that the gateway's own end cuts off is not laid to its client`() throws {
        let upstream = try RecordingUpstream { connection in try connection.readRequest() }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ drain: 0s }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            _ = try upstream.waitForRequests(1)
            gateway.requestTermination()
            let record = try #require(try gateway.accessRecords(1).first)
            #expect(record.number(AccessKey.status) == 0, "\(record.line)")
        }
    }

    @Test func `what a client sends cannot forge a line`() throws {
        let upstream = try RecordingUpstream.answering()
        let forgeries = [
            "/\"},{\"status\":1,\"x\":\"\\", "/a\\", "/%0A{\"status\":1}", "/'},{'status':1}", "/a\u{E9}",
        ]
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            for target in forgeries {
                let client = try gateway.connect()
                try client.send(request("GET", target))
                _ = try client.readResponse()
            }
            // Each line is read as JSON, or this throws.
            let records = try gateway.accessRecords(forgeries.count)
            #expect(records.count == forgeries.count)
            let statuses = records.compactMap { $0.number(AccessKey.status) }
            #expect(statuses.allSatisfy { $0 == 200 || $0 == 400 } && statuses.count == forgeries.count)
        }
    }

    @Test func `a response that broke off is told of as such`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            _ = client.readToEnd()
            let record = try #require(try gateway.accessRecords(1).first)
            #expect(record.values[AccessKey.cutOff] == .flag(true), "\(record.line)")
        }
    }

    @Test func `the combined format goes to a file, which USR1 opens again`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        let path = folder.file("access.log")
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.sections["access-log"] = "{ path: \"\(path)\", format: combined }"
        try withGateway(configuration, folder: folder) { gateway in
            func lines(_ path: String, _ count: Int) -> [String] {
                var found: [String] = []
                _ = Deadline().poll {
                    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                    found = text.split(separator: "\n").map(String.init)
                    return found.count >= count
                }
                return found
            }
            let client = try gateway.connect()
            try client.send(request("GET", "/first"))
            _ = try client.readResponse()
            let first = lines(path, 1).first ?? ""
            #expect(first.contains("\"GET /first HTTP/1.1\" 200 "), "\(first)")
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            gateway.reopenLogs()
            let isReopened = Deadline().poll { FileManager.default.fileExists(atPath: path) }
            #expect(isReopened)
            try client.send(request("GET", "/second"))
            _ = try client.readResponse()
            #expect(lines(path, 1).first?.contains("GET /second") == true)
            #expect(lines(path + ".1", 1).count == 1)
        }
    }
}
