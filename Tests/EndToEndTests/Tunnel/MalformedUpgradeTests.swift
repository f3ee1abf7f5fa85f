internal import TestSupport
internal import Testing

/// Requests for tunnels that are none: each has a clear answer, and nothing of them reaches the service.
@Suite(.logOnFailure)
struct MalformedUpgradeTests {
    private static let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    private static let version = "Sec-WebSocket-Version: 13\r\n"

    private static func head(
        line: String = "GET / HTTP/1.1", connection: String = "Upgrade", _ fields: String
    ) -> String {
        "\(line)\r\nHost: limpet.test\r\nConnection: \(connection)\r\nUpgrade: websocket\r\n\(fields)\r\n"
    }

    static let cases: [MalformedRequest] = [
        .init("no key", head(version), 400),
        .init("no version", head(key), 400),
        .init("two keys", head(key + key + version), 400),
        .init("two versions", head(key + version + version), 400),
        .init(
            "a key that is no base64", head("Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n" + version), 400),
        .init("a key of 15 bytes", head("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n" + version), 400),
        .init(
            "a key that Connection takes away", head(connection: "upgrade, sec-websocket-key", key + version),
            400),
        .init("a version that is no number", head(key + "Sec-WebSocket-Version: 13, 8\r\n"), 400),
        .init("POST", head(line: "POST / HTTP/1.1", key + version + "Content-Length: 0\r\n"), 400),
        .init("HEAD", head(line: "HEAD / HTTP/1.1", key + version), 400),
        .init("content of a length", head(key + version + "Content-Length: 4\r\n") + "abcd", 400),
        .init("content in chunks", head(key + version + "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400),
        .init(
            "both framings", head(key + version + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"), 400),
        .init("an obsolete fold in Upgrade", head(key + version + "Upgrade:\r\n x\r\n"), 400),
        .init("NUL in Upgrade", head(key + version + "Upgrade: a\0b\r\n"), 400),
        .init("a Connection that is no list of tokens", head(connection: "Upgrade, a b", key + version), 400),
        .init("HTTP/1.2", head(line: "GET / HTTP/1.2", key + version), 505),
        .init("CONNECT", "CONNECT limpet.test:443 HTTP/1.1\r\nHost: limpet.test:443\r\n\r\n", 501),
        .init("CONNECT with a path", "CONNECT / HTTP/1.1\r\nHost: limpet.test\r\n\r\n", 400),
        .init("CONNECT without a port", "CONNECT limpet.test HTTP/1.1\r\nHost: limpet.test\r\n\r\n", 400),
        .init(
            "CONNECT with content",
            "CONNECT limpet.test:443 HTTP/1.1\r\nHost: limpet.test\r\nContent-Length: 4\r\n\r\nabcd", 400),
    ]

    @Test(arguments: cases)
    func `a malformed request for a tunnel is refused`(request: MalformedRequest) throws {
        let upstream = try Handshake.service(Handshake.echo)
        try withGateway(Handshake.configuration([upstream])) { gateway in
            let client = try gateway.connect()
            try client.send(request.bytes)
            let answer = try client.readResponse(to: request.name == "HEAD" ? "HEAD" : "GET")
            #expect(request.statuses.contains(answer.status), "\(request.name): \(answer.status)")
        }
        #expect(upstream.requests.isEmpty)
    }
}
