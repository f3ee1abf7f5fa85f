internal import Foundation
internal import TestSupport
internal import Testing

/// Every kind of socket, on both sides.
@Suite(.logOnFailure)
struct ListenerTests {
    private func expectService(
        on listener: GatewayConfiguration.Listener, upstream endpoint: Endpoint = .ipv4(port: 0),
        forwardedFor client: String? = nil
    ) throws {
        let upstream = try RecordingUpstream(on: endpoint) { connection in
            while true {
                try connection.readRequest()
                try connection.send(RecordingUpstream.response("ok"))
            }
        }
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [listener]
        try withGateway(configuration) { gateway in
            for _ in 0..<5 {
                let client = try gateway.connect()
                try client.send(request())
                #expect(try client.readResponse().body.text == "ok")
            }
        }
        let requests = try upstream.finish().flatMap(\.requests)
        #expect(requests.count == 5)
        if let client { #expect(requests.allSatisfy { $0.fields["X-Forwarded-For"] == client }) }
    }

    @Test func `an inherited IPv4 socket is listened to`() throws {
        try expectService(on: .init(.inherited(.ipv4(port: 0))), forwardedFor: "127.0.0.1")
    }

    @Test func `an inherited IPv6 socket is listened to`() throws {
        try expectService(on: .init(.inherited(.ipv6(port: 0))), forwardedFor: "::1")
    }

    @Test func `a socket that the service manager passes under a name is listened to`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.activationName = "web"
        try withGateway(configuration) { gateway in
            let client = try gateway.connect()
            try client.send(request())
            #expect(try client.readResponse().status == 200)
        }
    }

    @Test func `an IPv4 address is listened to`() throws {
        try expectService(on: .init(.opened(.ipv4(port: 0))), forwardedFor: "127.0.0.1")
    }

    @Test func `an IPv6 address is listened to`() throws {
        try expectService(on: .init(.opened(.ipv6(port: 0))), forwardedFor: "::1")
    }

    @Test func `a UNIX socket is listened to, and removed at the end`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("gateway.sock")
        try expectService(on: .init(.opened(.unix(path: path))))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a UNIX socket that a dead gateway left is taken over`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("gateway.sock")
        // Bound and closed: the file stays, nobody listens.
        try Socket.listening(on: .unix(path: path)).close()
        try expectService(on: .init(.opened(.unix(path: path))))
    }

    @Test func `a UNIX socket has its permissions from the start, and others after a restart`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        let path = folder.file("gateway.sock")
        func mode() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        var configuration = GatewayConfiguration(upstreams: [upstream])
        for (first, next) in [("0600", "0666"), ("0660", "0600")] {
            configuration.listeners = [
                .init(.opened(.unix(path: path)), settings: ["permissions": "\"\(first)\""])
            ]
            try withGateway(configuration) { gateway in
                #expect(try mode() == Int(first, radix: 8))
                let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
                configuration.listeners[0].settings["permissions"] = "\"\(next)\""
                try gateway.reload(with: configuration)
                // The listener stays, and with it the file as it was made.
                #expect(try mode() == Int(first, radix: 8))
                let after = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
                #expect(before != nil && before == after)
                let client = try gateway.connect()
                try client.send(request())
                #expect(try client.readResponse().status == 200)
            }
        }
        upstream.stop()
    }

    @Test func `a service behind a UNIX socket is reached`() throws {
        let folder = try TemporaryFolder()
        try expectService(on: .init(), upstream: .unix(path: folder.file("service.sock")))
    }

    @Test func `a service behind IPv6 is reached`() throws {
        try expectService(on: .init(), upstream: .ipv6(port: 0))
    }

    @Test func `several listeners serve side by side`() throws {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.listeners = [
            .init(), .init(.inherited(.ipv6(port: 0))), .init(.opened(.ipv4(port: 0))),
        ]
        try withGateway(configuration) { gateway in
            for listener in 0..<3 {
                let client = try gateway.connect(listener: listener)
                try client.send(request())
                #expect(try client.readResponse().status == 200)
            }
        }
    }
}
