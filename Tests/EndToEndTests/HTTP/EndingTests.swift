internal import Foundation
internal import TestSupport
internal import Testing

/// How connections, responses and listeners end.
@Suite(.logOnFailure)
struct EndingTests {
    @Test func `the answer to HEAD has no body when nobody can be asked`() throws {
        let upstream = try RecordingUpstream.answering()
        try upstream.stopAccepting()
        let settings = ["health": "{ type: tcp, interval: 100ms, rise: 1, fall: 1 }"]
        try withGateway(GatewayConfiguration(upstreams: [upstream], settings: settings)) { gateway in
            let client = try gateway.connect()
            for _ in 0..<3 {
                try client.send(request("HEAD", "/a"))
                let response = try client.readResponse(to: "HEAD")
                #expect(response.status == 503)
                #expect(!response.announcesClose, "the connection stays in step")
            }
        }
    }

    @Test func `a client that reads late gets all of its last response`() throws {
        let upstream = try RecordingUpstream { connection in
            // A connection that has answered early may serve another client.
            while true {
                let size = Int(try connection.readRequest().target.dropFirst()) ?? 0
                try connection.send([UInt8]("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n".utf8))
                try connection.send([UInt8](repeating: 0x61, count: size))
            }
        }
        let folder = try TemporaryFolder()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        // The kernel keeps a fixed and small part of what waits in a UNIX socket.
        configuration.listeners = [.init(.opened(.unix(path: folder.file("gateway.sock"))))]
        try withGateway(configuration) { gateway in
            let sizes = Array(stride(from: 64 << 10, through: 512 << 10, by: 16 << 10))
            let clients = try sizes.map { size in
                let client = try gateway.connect()
                try client.send(request("GET", "/\(size)", fields: "Connection: close\r\n"))
                return client
            }
            // Longer than a client gets that has been sent everything; there is nothing to wait for.
            _ = Deadline(in: .seconds(3)).poll(every: .milliseconds(100)) { false }
            for (size, client) in zip(sizes, clients) {
                #expect(try client.readResponse().body.count == size)
                #expect(client.readToEnd().ending == .end)
            }
        }
    }

    @Test func `a response that breaks off ends with a reset where its end is that of the connection`() throws
    {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
            connection.close()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send("GET / HTTP/1.0\r\nHost: limpet.test\r\n\r\n")
            #expect(client.readToEnd().ending == .reset)
        }
    }

    @Test func `a client that stops sending because of an early answer gets all of it`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            _ = try connection.readHead()
            try connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 10\r\n\r\nhello")
            try gate.wait()
            try connection.send("world")
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request("POST", "/big", fields: "Content-Length: 1000000\r\n") + "hello")
            let head = try client.readHead(to: "POST")
            #expect(head.status == 413)
            client.finishSending()
            #expect(try client.read(5).text == "hello")
            gate.open()
            #expect(try client.read(5).text == "world")
            #expect(client.readToEnd().ending == .end)
        }
    }

    @Test func `a client that sends all of a large request before it reads gets the whole early answer`()
        throws
    {
        let gate = Gate()
        let answer = String(repeating: "no", count: 5000)
        let upstream = try RecordingUpstream { connection in
            try connection.send(RecordingUpstream.response(answer, status: "413 Content Too Large"))
            try gate.wait()
        }
        try withGateway(GatewayConfiguration(upstreams: [upstream])) { gateway in
            let client = try gateway.connect()
            let body = [UInt8](repeating: 0x61, count: 16 << 20)
            try client.send(request("POST", "/big", fields: "Content-Length: \(body.count)\r\n"))
            #expect(try client.send(body) == body.count)
            let response = try client.readResponse(to: "POST")
            #expect(response.status == 413)
            #expect(response.body.text == answer)
            #expect(client.readToEnd().ending == .end)
            gate.open()
        }
    }

    @Test func `an empty chunked body that a dying connection swallowed is sent again whole`() throws {
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try connection.send(RecordingUpstream.response("first"))
            try connection.readRequest()
            connection.close()
        }
        let configuration = GatewayConfiguration(
            upstreams: [upstream], settings: ["retries": "2"],
            sections: ["timeouts": "{ response: 2s, drain: 1s }"])
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            #expect(try client.readResponse().status == 200)
            try client.send(
                request("DELETE", "/x", fields: "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n")
            let status = try client.readResponse().status
            #expect([200, 502].contains(status), "whole or not at all")
        }
    }

    @Test func `requests that the gateway answers itself count for the connection too`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["limits": "{ requests-per-connection: 2 }"])
        configuration.routes = ["{ host: \"*\", path: /known, service: portal }"]
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request("GET", "/unknown"))
            #expect(try !client.readResponse().announcesClose)
            try client.send(request("GET", "/unknown"))
            #expect(try client.readResponse().announcesClose)
            #expect(client.readToEnd().ending == .end)
        }
    }

    @Test func `connections are refused while the gateway drains`() throws {
        let gate = Gate()
        let upstream = try RecordingUpstream { connection in
            try connection.readRequest()
            try gate.wait()
            try connection.send(RecordingUpstream.response("ok"))
        }
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [.init(.opened(.ipv4(port: 0)))]
        let gateway = try GatewayProcess(configuration)
        defer { FailureWatch.current?.keep(gateway.log) }
        let busy = try gateway.connect()
        try busy.send(request())
        _ = try upstream.waitForRequests(1)
        gateway.requestTermination()
        try gateway.waitForStopping()
        let areRefused = Deadline().poll { (try? gateway.connect()) == nil }
        #expect(areRefused, "and not left to wait in the kernel's queue")
        gate.open()
        #expect(try busy.readResponse().body.text == "ok")
        #expect(try gateway.terminate() == .exited(0))
    }

    @Test func `a listener that a reload removes refuses connections, though old ones go on`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        let path = folder.file("gateway.sock")
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [
            .init(), .init(.opened(.ipv4(port: 0))), .init(.opened(.unix(path: path))),
        ]
        try withGateway(configuration) { gateway in
            let olds = try [1, 2].map { try gateway.connect(listener: $0) }
            for old in olds {
                try old.send(request())
                #expect(try old.readResponse().status == 200)
            }
            let all = configuration.listeners
            configuration.listeners = [all[0]]
            try gateway.reload(with: configuration)
            for listener in [1, 2] {
                let areRefused = Deadline().poll { (try? gateway.connect(listener: listener)) == nil }
                #expect(areRefused, "listener \(listener)")
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            configuration.listeners = all
            // More workers need a restart: nothing is kept for them meanwhile.
            configuration.sections["workers"] = "6"
            try gateway.reload(with: configuration)
            for old in olds {
                try old.send(request("GET", "/", fields: "Connection: close\r\n"))
                #expect(try old.readResponse().status == 200, "an old connection")
                #expect(old.readToEnd().ending == .end)
            }
            for listener in [1, 2] + Array(repeating: 1, count: 16) {
                let client = try gateway.connect(listener: listener)
                try client.send(request())
                #expect(try client.readResponse().status == 200, "listener \(listener) is back")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
