internal import TestSupport

/// Requests that ask for a tunnel, and what services say to them.
enum Handshake {
    /// A request for a WebSocket, with the nonce of RFC 6455 section 1.3.
    static func request(_ target: String = "/", fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: limpet.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(fields)\r\n"
    }

    /// What goes with that nonce.
    static let proof = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

    /// The service agrees.
    static func answer(_ name: String = "websocket", fields: String = proof) -> String {
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: \(name)\r\n\(fields)\r\n"
    }

    /// A gateway whose one route has `keys`.
    static func configuration(
        _ upstreams: [RecordingUpstream], route keys: String = "upgrade: [websocket]",
        sections: [String: String] = [:]
    ) -> GatewayConfiguration {
        var configuration = GatewayConfiguration(upstreams: upstreams, sections: sections)
        configuration.routes = ["{ host: \"*\", path: /, service: portal, \(keys) }"]
        return configuration
    }

    /// A service that agrees to every request that asks for a protocol or for CONNECT, and then does `behaviour`. Others it
    /// answers plainly.
    static func service(
        _ behaviour: @escaping @Sendable (UpstreamConnection, RequestMessage) throws -> Void
    ) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                let request = try connection.readHead()
                if request.method == "CONNECT" {
                    try connection.send("HTTP/1.1 200 Connected\r\n\r\n")
                } else if let name = request.fields["Upgrade"] {
                    let proof = request.fields["Sec-WebSocket-Key"] == nil ? "" : proof
                    try connection.send(answer(name, fields: proof))
                } else {
                    try connection.send(RecordingUpstream.response("plain"))
                    continue
                }
                return try behaviour(connection, request)
            }
        }
    }

    /// Sends back what comes, up to the end, and then ends.
    @Sendable static func echo(_ connection: UpstreamConnection, _ request: RequestMessage) throws {
        while let byte = try? connection.read(1, until: Deadline(in: .seconds(60))) {
            try connection.send(byte)
        }
        connection.finishSending()
    }
}

extension RawClient {
    /// Asks for a tunnel with `request` and requires that it is there.
    func openTunnel(_ request: String = Handshake.request()) throws -> ResponseMessage {
        try send(request)
        let method = request.hasPrefix("CONNECT") ? "CONNECT" : "GET"
        let head = try readHead(to: method)
        guard head.status == 101 || method == "CONNECT" && head.status == 200 else {
            throw HarnessError.malformed("no tunnel", seen: "\(head.status)")
        }
        return head
    }

    /// Sends a text through a tunnel and reads as much back.
    func echo(_ text: String) throws -> String {
        try send(text)
        return String(decoding: try read(text.utf8.count), as: UTF8.self)
    }
}
