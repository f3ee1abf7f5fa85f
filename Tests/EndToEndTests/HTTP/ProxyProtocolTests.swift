internal import Foundation
internal import TestSupport
internal import Testing

/// The PROXY protocol from proxies before the gateway: believed only from listed sources, and demanded from them.
@Suite(.logOnFailure)
struct ProxyProtocolTests {
    private static let listed = ["proxy-protocol": "{ from: [\"127.0.0.1/32\"] }"]

    private func serving(
        listener: [String: String] = listed, timeouts: String = "{ drain: 1s }",
        _ body: (GatewayProcess) throws -> Void
    ) throws -> [UpstreamRecord] {
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(upstreams: [upstream], sections: ["timeouts": timeouts])
        configuration.listeners = [.init(settings: listener)]
        try withGateway(configuration, body)
        return try upstream.finish()
    }

    /// A header that is believed: the service is told of the client that it names, and of the port that this has
    /// connected to, which is the listener's if the header does not say.
    private func expect(_ header: [UInt8], toName client: String, port: UInt16? = 443) throws {
        var expectedPort = ""
        let records = try serving { gateway in
            expectedPort = String(port ?? gateway.endpoints[0].port)
            for pieces in [1, header.count + 10] {
                let proxy = try gateway.connect()
                try proxy.send(header + [UInt8](request()), pieces: pieces)
                #expect(try proxy.readResponse().status == 200)
                try proxy.send(request("GET", "/again"))
                #expect(try proxy.readResponse().status == 200, "the header counts for the whole connection")
            }
            let record = try #require(try gateway.accessRecords(1).first)
            #expect(record.text(AccessKey.client)?.hasPrefix(client) == true, "\(record.line)")
        }
        let seen = records.flatMap(\.requests).compactMap { $0.fields["X-Forwarded-For"] }
        #expect(seen == Array(repeating: client, count: 4))
        let ports = records.flatMap(\.requests).compactMap { $0.fields["X-Forwarded-Port"] }
        #expect(ports == Array(repeating: expectedPort, count: 4))
    }

    @Test func `a header of version 1 names the client`() throws {
        try expect([UInt8]("PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n"), toName: "192.0.2.7")
    }

    @Test func `a header of version 2 names the client`() throws {
        try expect(ProxyHeader.binary(from: [192, 0, 2, 8]), toName: "192.0.2.8")
    }

    @Test func `a header with unknown records names the client`() throws {
        let records: [UInt8] = [0x01, 0x00, 0x02, 0x68, 0x32, 0xE0, 0x00, 0x00]
        try expect(ProxyHeader.binary(from: [192, 0, 2, 9], records: records), toName: "192.0.2.9")
    }

    @Test func `a header with a right checksum is believed`() throws {
        try expect(ProxyHeader.checked(from: [192, 0, 2, 10], isRight: true), toName: "192.0.2.10")
    }

    @Test func `a header may stand before TLS, in one piece with the hello or apart from it`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        var configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ drain: 1s }"])
        let certificate = try TestCertificate(in: folder)
        configuration.sections["tls"] = certificate.section
        configuration.listeners = [.init(mode: "terminate", settings: Self.listed)]
        let hello = try HelloCapture.hello()
        let headers = [
            [UInt8]("PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n".utf8),
            ProxyHeader.binary(from: [192, 0, 2, 8]),
        ]
        try withGateway(configuration, folder: folder) { gateway in
            for header in headers {
                let bytes = header + hello
                for border in [bytes.count, header.count, header.count - 1, header.count + 1] {
                    let proxy = try gateway.connect()
                    try proxy.send(Array(bytes.prefix(border)))
                    try proxy.send(Array(bytes.dropFirst(border)))
                    // A record of the handshake (RFC 8446 section 5.1), which is the server's hello.
                    let reply = try proxy.read(6)
                    #expect(reply.first == 22 && reply.last == 2)
                }
                let arguments = [
                    "\(gateway.endpoints[0].port)", certificate.certificate,
                    header.map { String(format: "%02x", $0) }.joined(),
                ]
                let asked = try PythonProgram.run("proxied_client.py", arguments)
                #expect(asked.output == "HTTP/1.1 200 OK\n")
            }
        }
        let seen = try upstream.finish().flatMap(\.requests)
        #expect(seen.compactMap { $0.fields["X-Forwarded-For"] } == ["192.0.2.7", "192.0.2.8"])
        #expect(seen.compactMap { $0.fields["X-Forwarded-Port"] } == ["443", "443"])
        #expect(seen.compactMap { $0.fields["X-Forwarded-Proto"] } == ["https", "https"])
    }

    @Test func `a header and the handshake behind it have one time together`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        var configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["timeouts": "{ handshake: 2s, drain: 1s }"])
        configuration.sections["tls"] = try TestCertificate(in: folder).section
        configuration.listeners = [.init(mode: "terminate", settings: Self.listed)]
        try withGateway(configuration, folder: folder) { gateway in
            let began = ContinuousClock.now
            let proxy = try gateway.connect()
            // There is nothing to wait for: most of the time has to be over when the header comes.
            _ = Deadline(in: .milliseconds(1800)).poll(every: .milliseconds(50)) { proxy.hasInput }
            try proxy.send(ProxyHeader.local)
            #expect(proxy.readToEnd().ending != .open)
            #expect(ContinuousClock.now - began < .milliseconds(3600))
        }
    }

    @Test func `a header that names nobody leaves the proxy as the client`() throws {
        try expect([UInt8]("PROXY UNKNOWN\r\n"), toName: "127.0.0.1", port: nil)
        try expect(ProxyHeader.local, toName: "127.0.0.1", port: nil)
    }

    private struct BadHeader: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        var testDescription: String { name }
    }

    private static let badHeaders = [
        BadHeader(name: "no header", bytes: []),
        BadHeader(
            name: "an address that is none", bytes: [UInt8]("PROXY TCP4 192.0.2.777 192.0.2.1 4711 443\r\n")),
        BadHeader(
            name: "a port that is none", bytes: [UInt8]("PROXY TCP4 192.0.2.7 192.0.2.1 99999 443\r\n")),
        BadHeader(name: "bare LF", bytes: [UInt8]("PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\n")),
        BadHeader(name: "another protocol", bytes: [UInt8]("PROXY UDP4 192.0.2.7 192.0.2.1 4711 443\r\n")),
        BadHeader(
            name: "a line that is too long",
            bytes: [UInt8]("PROXY TCP4 " + String(repeating: "1", count: 200))),
        BadHeader(
            name: "a wrong checksum", bytes: ProxyHeader.checked(from: [192, 0, 2, 7], isRight: false)),
        BadHeader(
            name: "addresses that are cut off",
            bytes: Array(ProxyHeader.local.prefix(12)) + [0x21, 0x11, 0x00, 0x04, 192, 0, 2, 7]),
    ]

    @Test(arguments: badHeaders)
    private func `a bad header ends the connection, and nothing reaches the service`(_ sample: BadHeader)
        throws
    {
        let records = try serving { gateway in
            let proxy = try gateway.connect()
            try proxy.send(sample.bytes + [UInt8](request()))
            let rest = proxy.readToEnd()
            #expect(rest.ending != .open)
            #expect(rest.bytes.isEmpty || rest.bytes.contains(text: " 400 "), "\(rest.bytes.readable)")
        }
        #expect(records.flatMap(\.received).count == 0)
    }

    @Test func `a source that is not listed is refused, whatever it sends`() throws {
        let records = try serving { gateway in
            for beginning in ["PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n", ""] {
                let client = try gateway.connect(from: "127.0.0.2")
                try client.send(beginning + request())
                let rest = client.readToEnd()
                #expect(rest.ending != .open)
                #expect(!rest.bytes.contains(text: " 200 "))
            }
        }
        #expect(records.flatMap(\.received).count == 0)
    }

    @Test func `a listener without the protocol takes the header for a malformed request`() throws {
        let records = try serving(listener: [:]) { gateway in
            let client = try gateway.connect()
            try client.send("PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n" + request())
            #expect(try client.readResponse().status == 400)
        }
        #expect(records.flatMap(\.received).count == 0)
    }

    @Test func `a header that does not come ends the connection in time`() throws {
        let records = try serving(timeouts: "{ handshake: 500ms, head: 500ms, drain: 1s }") { gateway in
            let proxy = try gateway.connect()
            try proxy.send("PROXY TCP4 192.0")
            #expect(proxy.readToEnd().ending != .open)
        }
        #expect(records.flatMap(\.received).count == 0)
    }

    @Test func `limits for each source count the clients that the proxy names`() throws {
        let listener = Self.listed.merging(["connections-per-source": "2"]) { first, _ in first }
        _ = try serving(listener: listener) { gateway in
            let header = { (last: Int) in "PROXY TCP4 192.0.2.\(last) 192.0.2.1 4711 443\r\n" }
            let clients = try (0..<6).map { number in
                let client = try gateway.connect()
                try client.send(header(1 + number / 2) + request())
                return client
            }
            for client in clients {
                #expect(try client.readResponse().status == 200, "two for each of three")
            }
            let third = try gateway.connect()
            try third.send(header(1) + request())
            let refused = third.readToEnd()
            #expect(refused.ending != .open)
            #expect(refused.bytes.isEmpty || refused.bytes.contains(text: " 503 "))
        }
    }
}
