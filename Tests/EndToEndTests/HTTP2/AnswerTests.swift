internal import TestSupport
internal import Testing

/// What is wrong gets the same answer as over HTTP/1.1, and harms no other stream.
@Suite(.logOnFailure)
struct AnswerTests {
    @Test(arguments: [
        ("400 for Host other than :authority", 400, [("host", "other.test")]),
        ("417 for an expectation that nobody knows", 417, [("expect", "a-miracle")]),
        ("431 for a head beyond the limit", 431, [("x-a", String(repeating: "a", count: 9000))]),
    ])
    func `a request that is refused is told why`(name: String, status: Int, more: [(String, String)]) throws {
        let upstream = try RecordingUpstream.answering()
        let sections = ["limits": "{ head: 8KiB, target: 1KiB }"]
        try withGateway(GatewayConfiguration(upstreams: [upstream], sections: sections)) { gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange(fields: more).status == status, "\(name)")
            #expect(try client.exchange().status == 200)
            client.close()
        }
        #expect(upstream.requests.count == 1)
        upstream.stop()
    }

    @Test func `404 where no route leads`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.routes = ["{ host: limpet.test, path: /app, service: portal }"]
        try withGateway(configuration) { gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange("GET", "/other").status == 404)
            #expect(try client.exchange("GET", "/app/1").status == 200)
            client.close()
        }
        upstream.stop()
    }

    @Test func `501 for CONNECT`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            try client.send(.headers([(":method", "CONNECT"), (":authority", "limpet.test:443")]))
            #expect(try client.wait(for: 1).status == 501)
            client.close()
        }
        upstream.stop()
    }

    @Test func `413 for a body beyond the limit, announced or not`() throws {
        let upstream = try RecordingUpstream.answering()
        let sections = ["limits": "{ body: 1KiB }"]
        try withGateway(GatewayConfiguration(upstreams: [upstream], sections: sections)) { gateway in
            let client = try FrameClient(gateway.connect())
            let body = [UInt8](repeating: 0x61, count: 2000)
            #expect(
                try client.exchange("POST", fields: [("content-length", "2000")], body: body).status == 413)
            #expect(try client.exchange("POST", body: body).status == 413)
            #expect(try client.exchange("POST", body: [0x61]).status == 200)
            client.close()
        }
        upstream.stop()
    }

    @Test func `502 where the service answers nonsense, and 503 where none runs`() throws {
        let upstream = try RecordingUpstream.misbehavingOnce { connection, _ in
            try connection.send("HTTP/1.1 2OO OK\r\n\r\n")
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange().status == 502)
            #expect(try client.exchange().content.text == "next")
            client.close()
        }
        upstream.stop()
        let nobody = try RecordingUpstream.answering()
        let settings = ["hold": "{ timeout: 300ms, queue: 4 }"]
        try nobody.stopAccepting()
        try withGateway(GatewayConfiguration(upstreams: [nobody], settings: settings)) { gateway in
            let client = try FrameClient(gateway.connect())
            let answer = try client.exchange()
            #expect(answer.status == 503 || answer.status == 502)
            if answer.status == 503 { #expect(answer.value("retry-after") != nil) }
            client.close()
        }
        nobody.stop()
    }

    @Test func `504 where the service does not answer in time`() throws {
        let upstream = try RecordingUpstream.misbehavingOnce { connection, _ in connection.drain() }
        let sections = ["timeouts": "{ response: 300ms, drain: 1s }"]
        try withGateway(GatewayConfiguration(upstreams: [upstream], sections: sections)) { gateway in
            let client = try FrameClient(gateway.connect())
            #expect(try client.exchange().status == 504)
            #expect(try client.exchange().status == 200)
            client.close()
        }
        upstream.stop()
    }

    @Test func `a response that breaks off resets its stream alone`() throws {
        let upstream = try RecordingUpstream.misbehavingOnce { connection, _ in
            try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            connection.reset()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            let answer = try client.exchange()
            #expect(answer.status == 200 && !answer.hasEnded && answer.resetCode == 2)
            #expect(try client.exchange().content.text == "next")
            client.close()
            let line = try #require(try gateway.accessRecords(2).first)
            #expect(line.values[AccessKey.cutOff] == .flag(true))
            #expect(line.text(AccessKey.protocolVersion) == "HTTP/2.0")
        }
        upstream.stop()
    }

    @Test func `a malformed request resets its stream alone, and reaches nobody`() throws {
        let upstream = try RecordingUpstream.answering()
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try FrameClient(gateway.connect())
            for fields in [[("X-A", "b")], [("x-a", "b\r\nx: y")], [("transfer-encoding", "chunked")]] {
                #expect(try client.exchange(fields: fields).resetCode == 1)
            }
            #expect(try client.exchange().status == 200)
            client.close()
        }
        #expect(upstream.requests.count == 1)
        upstream.stop()
    }

    @Test func `421 for the name of another virtual host`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(mode: "terminate")]
        configuration.sections["tls"] = SecureSection.text(["server", "other"])
        try withGateway(configuration, folder: folder) { gateway in
            let name = try #require(try CertificateName.first(of: folder.file("certs/other.pem")))
            let port = gateway.endpoints[0].port
            let curl = ["-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}"]
            let own = try Command("curl", curl + ["https://127.0.0.1:\(port)/"])
            #expect(own.output == "2 200")
            for written in [name, name.uppercased(), "\(name)."] {
                let other = try Command(
                    "curl", curl + ["-H", "Host: \(written)", "https://127.0.0.1:\(port)/"])
                #expect(other.output == "2 421", "\(written)")
            }
            // A name that is nobody's is the first host's: it does not come over a connection to another.
            let nobody = ["-H", "Host: nobody.example"]
            let first = try Command("curl", curl + nobody + ["https://127.0.0.1:\(port)/"])
            #expect(first.output == "2 200")
            let resolve = ["--resolve", "\(name):\(port):127.0.0.1", "https://\(name):\(port)/"]
            #expect(try Command("curl", curl + resolve).output == "2 200")
            let loud = ["-H", "Host: \(name.uppercased())"]
            #expect(try Command("curl", curl + loud + resolve).output == "2 200")
            #expect(try Command("curl", curl + nobody + resolve).output == "2 421")
        }
        upstream.stop()
    }

    @Test(arguments: ["--http2", "--http1.1"])
    func `421 for the name of nobody where SNI with it is refused, and the connection lives on`(
        version: String
    ) throws {
        for names in [["server"], ["server", "other"]] {
            try withSecureGateway(names, tls: "unknown-name: alert") { client, upstream in
                let port = client.gateway.endpoints[0].port
                let written = ["-w", "%{http_code} %{num_connects}\n"]
                let resolved = ["--resolve", "limpet.test:\(port):127.0.0.1"]
                func answers(at place: String) throws -> String {
                    let requests = ["limpet.test", "nobody.example", "A.Limpet.Test."].map { host in
                        ["-sk", version, "-o", "/dev/null"] + written + ["-H", "Host: \(host)"] + resolved
                            + ["https://\(place):\(port)/\(host)"]
                    }
                    return try Command("curl", Array(requests.joined(separator: ["--next"]))).output
                }
                let named = try answers(at: "limpet.test")
                #expect(named == "200 1\n421 0\n200 0\n", "\(names)")
                #expect(Set(upstream.requests.map(\.target)) == ["/limpet.test", "/A.Limpet.Test."])
                // Without SNI the first host has been asked for, whatever it is called.
                let nameless = try answers(at: "127.0.0.1")
                #expect(nameless == "200 1\n200 0\n200 0\n", "\(names)")
            }
        }
    }
}
