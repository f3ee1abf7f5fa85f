import Affinity
import HTTP
import HTTP1
import Platform
import Runtime
import Testing

@testable import Proxy

@Suite struct AccessLineTests {
    /// The line of an exchange, in one of the two formats.
    private func line(
        _ head: String = "GET /a?b HTTP/1.1\r\nHost: a.test\r\n\r\n", status: UInt16 = 200,
        sent: UInt64 = 1234,
        service: String = "portal", instance: String = "portal-0@test", isCutOff: Bool = false,
        lineage: Lineage? = nil, isTrusted: Bool = false, combined: Bool = false
    ) throws -> String {
        let stage = try WorkerStage()
        defer { try? stage.end() }
        let peer = try #require(SocketAddress("192.0.2.7:4711"))
        let listener = try #require(stage.worker.deployment.listeners.first)
        let transport = Transport(adopting: try Socket.connect(to: stage.address), loop: stage.worker.loop)
        let client = ClientConnection(transport, peer: peer, listener: listener, worker: stage.worker)
        defer { transport.close() }

        let record = ExchangeRecord()
        var now = MonotonicTime(nanoseconds: 1_000_000_000)
        record.begin(at: now)
        var parser = RequestHeadParser()
        let bytes = Array(head.utf8)
        guard case .complete = parser.parse(bytes.span) else { throw Unreadable() }
        record.take(parser.head, bytes.span, isLogged: true)
        record.identify(
            parser.head, bytes.span, own: RequestID(high: 0xa, low: 0xb), isTrusted: isTrusted)
        if combined { record.takeOrigin(parser.head, bytes.span) }
        now = now.advanced(byNanoseconds: 1_002_003)
        record.headRead(at: now)
        record.connectBegins(at: now.advanced(byNanoseconds: 2_000_000))
        record.connected(at: now.advanced(byNanoseconds: 2_500_000))
        record.responseBegan(at: now.advanced(byNanoseconds: 3_000_999), status: status)
        record.sentBytes = sent
        record.isCutOff = isCutOff
        let reason: Reason? = instance.isEmpty ? nil : .pinned
        let line = AccessLine(
            client: client, now: now.advanced(byNanoseconds: 5_000_000), handshakeNanoseconds: 0)
        let (service, instance) = (Array(service.utf8), Array(instance.utf8))
        return ByteBuffer.text {
            combined
                ? line.writeCombined(record, instance: instance.span, reason: reason, into: $0)
                : line.writeJSON(
                    record, lineage: lineage, service: service.span, instance: instance.span, reason: reason,
                    into: $0)
        }
    }

    private struct Unreadable: Error {}

    /// The line behind its time, which is the present one.
    private func withoutTime(_ line: String) -> Substring {
        line.drop { $0 != "," }
    }

    @Test func `a line of JSON has all that there is to say, with durations in milliseconds`() throws {
        let line = try line(lineage: Lineage(high: 1, low: 0xab))
        #expect(line.hasPrefix("{\"time\":1"))
        #expect(
            withoutTime(line) == """
                ,"request":"000000000000000a000000000000000b","client":"192.0.2.7","method":"GET",\
                "host":"a.test","path":"/a?b","protocol":"HTTP/1.1","status":200,"bytes":1234,"duration_ms":6.002,"handshake_ms":0.000,"queue_ms":2.000,\
                "connect_ms":0.500,"first_byte_ms":0.500,"lineage":"000000000000000100000000000000ab",\
                "service":"portal","instance":"portal-0@test","reason":"pinned"}

                """)
    }

    @Test func `what is not known is left out`() throws {
        let line = try line("GET / HTTP/1.0\r\n\r\n", service: "", instance: "", isCutOff: true)
        #expect(
            withoutTime(line) == """
                ,"request":"000000000000000a000000000000000b","client":"192.0.2.7","method":"GET",\
                "path":"/","protocol":"HTTP/1.0","status":200,"bytes":1234,"duration_ms":6.002,"handshake_ms":0.000,"queue_ms":2.000,\
                "connect_ms":0.500,"first_byte_ms":0.500,"cut_off":true}

                """)
    }

    @Test func `a line of the combined format is what others write, and instance and reason`() throws {
        let line = try line(combined: true)
        #expect(line.hasPrefix("192.0.2.7 - - ["))
        #expect(
            line.hasSuffix(
                " +0000] \"GET /a?b HTTP/1.1\" 200 1234 \"-\" \"-\" portal-0@test pinned\n"), "\(line)")
        let refused = try self.line(instance: "", combined: true)
        #expect(refused.hasSuffix("\" 200 1234 \"-\" \"-\" - -\n"))
    }

    @Test func `the identity that a trusted client gave is the one in the line, and no other client's`()
        throws
    {
        let given = "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine-1\r\n\r\n"
        #expect(try line(given, isTrusted: true).contains(",\"request\":\"mine-1\",\"client\""))
        let own = ",\"request\":\"000000000000000a000000000000000b\",\"client\""
        #expect(try line(given).contains(own))
        let broken = "GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: \"}\r\n\r\n"
        #expect(try line(broken, isTrusted: true).contains(own))
    }

    @Test func `a line of the combined format says where the client comes from and what it is`() throws {
        let head = "GET / HTTP/1.1\r\nHost: a\r\nuser-agent: a \"b\"\r\nReferer: http://c/\r\n\r\n"
        let line = try line(head, combined: true)
        #expect(line.contains("\" 200 1234 \"http://c/\" \"a \\\"b\\\"\" portal-0@test "), "\(line)")
        let long = String(repeating: "a", count: 2000)
        let cut = try self.line(
            "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: \(long)\r\n\r\n", combined: true)
        #expect(cut.contains(" \"-\" \"\(long.prefix(1024))\" portal-0@test "))
    }
}
