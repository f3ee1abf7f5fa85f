public import HTTP
public import Runtime

/// What a request wants its connection to become (RFC 9110 section 7.8), among what it may become.
public enum UpgradeRequest: Equatable, Sendable {
    /// Nothing that is allowed: the request is one like any other.
    case nothing
    /// The protocol at `position` of those that are allowed. `key` is where the nonce of a WebSocket handshake stands.
    case wanted(position: Int, key: Extent)
    /// The handshake of the protocol is broken.
    case refused(Refusal)

    /// Reads what `head` asks for. The first of its protocols that is allowed counts.
    ///
    /// `Upgrade` is of no effect in HTTP/1.0, unless `Connection` nominates it, and with a body: that would stand before
    /// the bytes of the other protocol.
    /// - Parameters:
    ///   - head: what the parser made of the bytes.
    ///   - bytes: the span that was parsed.
    ///   - allowed: the protocols, in lower case.
    ///   - needsKey: whether WebSocket comes with a nonce; over HTTP/2 it has none (RFC 8441 section 5).
    /// - Returns: what it asks for.
    public static func read(
        _ head: borrowing RequestHead, bytes: Span<UInt8>, allowed: [[UInt8]], needsKey: Bool = true
    ) -> UpgradeRequest {
        guard head.minorVersion > 0, let position = firstAllowed(head.fields, bytes, allowed) else {
            return .nothing
        }
        let protocolName = allowed[position]
        guard WebSocketFields.isName(protocolName.span) else {
            return head.framing.hasBody ? .nothing : .wanted(position: position, key: .none)
        }
        guard head.method == .get, !head.framing.hasBody else { return .refused(.badWebSocketRequest) }
        guard needsKey else { return .wanted(position: position, key: .none) }
        guard let key = WebSocketFields.sole("sec-websocket-key", of: head.fields, bytes),
            WebSocketFields.isKey(key.bytes(in: bytes)),
            let version = WebSocketFields.sole("sec-websocket-version", of: head.fields, bytes),
            WebSocketFields.isVersion(version.bytes(in: bytes))
        else { return .refused(.badWebSocketRequest) }
        return .wanted(position: position, key: key)
    }

    /// Appends what asks for `name` to a head that `RequestForwarding` has written.
    /// - Parameters:
    ///   - name: of the protocol.
    ///   - key: the nonce of a WebSocket handshake, if the client has sent none; else empty.
    ///   - head: with its last empty line.
    public static func append(_ name: Span<UInt8>, key: Span<UInt8>, to head: ByteBuffer) {
        head.truncate(to: head.count &- 2)
        UpgradeLines.write(name, into: head)
        if key.count > 0 {
            head.append("Sec-WebSocket-Key: ")
            head.append(key)
            head.append("\r\n")
        }
        head.append("\r\n")
    }

    private static func firstAllowed(
        _ fields: borrowing FieldTable, _ bytes: Span<UInt8>, _ allowed: [[UInt8]]
    ) -> Int? {
        var index = fields.firstIndex(of: .upgrade)
        while let current = index {
            // What Connection nominates is marked so.
            guard fields[current].isDropped else { return nil }
            var names = ListElements(fields[current].value)
            while let name = names.next(in: bytes) {
                let wanted = name.bytes(in: bytes)
                for position in allowed.indices {
                    let known = allowed[position]
                    if ByteScan.equalFolded(wanted, known.span) { return position }
                }
            }
            index = fields.firstIndex(of: .upgrade, from: current &+ 1)
        }
        return nil
    }
}
