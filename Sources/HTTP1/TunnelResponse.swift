internal import HTTP
public import Runtime

/// The response after which a connection carries something other than HTTP: 101, or success after CONNECT.
public enum TunnelResponse {
    /// What the client's side of the tunnel speaks.
    public enum Client: Sendable {
        /// HTTP/1.1: 101, with the name of the protocol.
        case switching
        /// Success: after CONNECT, and over HTTP/2.
        case succeeding
    }

    /// Whether a response goes over to the protocol called `name`, and to no other.
    public static func goesOver(
        _ head: borrowing ResponseHead, bytes: Span<UInt8>, to name: Span<UInt8>
    ) -> Bool {
        guard head.status == 101, head.minorVersion > 0, let index = head.fields.firstIndex(of: .upgrade),
            // What Connection nominates is marked so.
            head.fields[index].isDropped, head.fields.firstIndex(of: .upgrade, from: index &+ 1) == nil
        else { return false }
        return ByteScan.equalFolded(head.fields[index].value.bytes(in: bytes), name)
    }

    /// Whether the service has understood the WebSocket handshake (RFC 6455 section 4.2.2).
    public static func accepts(
        _ head: borrowing ResponseHead, bytes: Span<UInt8>, with acceptance: Span<UInt8>
    ) -> Bool {
        guard let value = WebSocketFields.sole("sec-websocket-accept", of: head.fields, bytes) else {
            return false
        }
        let given = value.bytes(in: bytes)
        guard given.count == acceptance.count else { return false }
        for index in given.indices where given[index] != acceptance[index] {
            return false
        }
        return true
    }

    /// Appends the head as it goes to the client, with its last empty line.
    /// - Parameters:
    ///   - head: what the parser made of the bytes.
    ///   - bytes: the span that was parsed.
    ///   - context: of the connection and the request.
    ///   - client: what the client is told.
    ///   - name: of the protocol; empty after CONNECT.
    ///   - buffer: what goes to the client.
    public static func write(
        _ head: borrowing ResponseHead, bytes: Span<UInt8>, context: borrowing ResponseContext,
        for client: Client, protocol name: Span<UInt8>, into buffer: ByteBuffer
    ) {
        buffer.reserve(head.length &+ 256)
        switch client {
        case .switching: buffer.append("HTTP/1.1 101 Switching Protocols\r\n")
        case .succeeding: buffer.append("HTTP/1.1 200 OK\r\n")
        }
        let dropped = ownFields.union(context.rules.removedKinds)
        var seen: FieldKinds = []
        for index in 0..<head.fields.count {
            let line = head.fields[index]
            let field = line.name.bytes(in: bytes)
            guard !line.isDropped, !dropped.contains(line.kind) else { continue }
            if line.kind == .other {
                if context.rules.removes(field) { continue }
                // It answers a key that the client has not sent.
                if client == .succeeding, FoldedName(field) == FoldedName("sec-websocket-accept") { continue }
            }
            seen.formUnion(FieldKinds(line.kind))
            buffer.append(field)
            buffer.append(": ")
            buffer.append(line.value.bytes(in: bytes))
            buffer.append("\r\n")
        }
        if !context.rules.removedKinds.contains(.via) {
            buffer.append(context.viaVersion(minor: 1))
            buffer.append(context.via.span)
        }
        if client == .switching { UpgradeLines.write(name, into: buffer) }
        if client == .succeeding, !seen.contains(.date), !context.rules.removedKinds.contains(.date) {
            context.date.writeField(into: buffer)
        }
        if context.cookies.count > 0 { buffer.append(context.cookies.span) }
        if !context.rules.lines.isEmpty { buffer.append(context.rules.lines) }
        buffer.append("\r\n")
    }

    /// Fields of a connection, and those of content that there is none of (RFC 9110 section 9.3.6).
    private static let ownFields = FieldKinds([
        .connection, .keepAlive, .proxyConnection, .te, .transferEncoding, .contentLength, .trailer, .upgrade,
        .http2Settings, .proxyAuthenticate, .proxyAuthorization,
    ])
}
