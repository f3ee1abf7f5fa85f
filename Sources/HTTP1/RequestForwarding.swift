public import HTTP
public import Runtime

/// Writes a request's head as it goes upstream: always HTTP/1.1, framed anew, free of hop-by-hop fields, and
/// with the story of the way that it came (RFC 9110 section 7.6, RFC 7239).
public enum RequestForwarding {
    /// Appends the head to `buffer`, with its last empty line.
    /// - Parameters:
    ///   - head: what the parser made of the bytes.
    ///   - bytes: the span that was parsed.
    ///   - context: of the connection and the request.
    ///   - buffer: what goes upstream.
    public static func write(
        _ head: borrowing RequestHead, bytes: Span<UInt8>, context: borrowing ForwardingContext,
        into buffer: ByteBuffer
    ) {
        buffer.reserve(head.length &+ 512)
        var dropped = context.dropped.union(context.rules.removedKinds)
        if head.maxForwards != nil { dropped.formUnion(FieldKinds(.maxForwards)) }
        let end = head.length &- 2
        var start = Int(head.methodExtent.start)
        if head.form != .origin || head.minorVersion == 0 {
            start = head.fields.count > 0 ? Int(head.fields[0].nameStart) : end
            writeRequestLine(head, bytes: bytes, into: buffer)
            if head.form != .origin && head.form != .asterisk || head.authority.isEmpty,
                !dropped.contains(.host)
            {
                dropped.formUnion(FieldKinds(.host))
                writeField("Host: ", head.authority.bytes(in: bytes), into: buffer)
            }
        }
        var copy = FieldCopy(from: start)
        copy.run(
            head.fields, bytes: bytes, end: end, dropped: dropped, rules: context.rules,
            cookie: context.affinityCookie.span, into: buffer)
        writeWay(head, bytes: bytes, context: context, seen: copy.seen, into: buffer)
        writeFraming(head, context: context, into: buffer)
        if !context.rules.lines.isEmpty { buffer.append(context.rules.lines) }
        buffer.append("\r\n")
    }

    /// Where the request's identity stands in `bytes` if a trusted client gave one; nil if it is ours.
    public static func requestID(
        of head: borrowing RequestHead, bytes: Span<UInt8>, isTrusted: Bool
    ) -> Extent? {
        guard isTrusted, let index = head.fields.firstIndex(of: .xRequestID) else { return nil }
        let value = head.fields[index].value
        guard !head.fields[index].isDropped else { return nil }
        return RequestID.isAcceptable(value.bytes(in: bytes)) ? value : nil
    }

    /// The request line in origin-form, or with `*`.
    private static func writeRequestLine(
        _ head: borrowing RequestHead, bytes: Span<UInt8>, into buffer: ByteBuffer
    ) {
        buffer.append(head.methodExtent.bytes(in: bytes))
        buffer.append(" ")
        if head.target.isEmpty, head.method == .options {
            buffer.append("*")  // RFC 9112 section 3.2.4
        } else {
            if head.path.isEmpty, head.form != .authority { buffer.append("/") }
            buffer.append(head.target.bytes(in: bytes))
        }
        buffer.append(" HTTP/1.1\r\n")
    }

    /// `Via`, `Forwarded`, `X-Forwarded-*` and `X-Request-Id`. A rule that removes or sets one of them has
    /// the last word.
    private static func writeWay(
        _ head: borrowing RequestHead, bytes: Span<UInt8>, context: borrowing ForwardingContext,
        seen: FieldKinds,
        into buffer: ByteBuffer
    ) {
        let removed = context.rules.removedKinds
        if !removed.contains(.via) {
            if context.isFromHTTP2 {
                buffer.append("Via: 2.0")
            } else {
                buffer.append(head.minorVersion > 0 ? "Via: 1.1" : "Via: 1.0")
            }
            buffer.append(" ")
            buffer.append(context.gateway.span)
            buffer.append("\r\n")
        }
        if !removed.contains(.forwarded) {
            buffer.append("Forwarded: ")
            if context.isTrusted, seen.contains(.forwarded) {
                writeValues(of: .forwarded, head.fields, bytes, into: buffer)
            }
            writeForwarded(head, bytes, context, into: buffer)
        }
        if !removed.contains(.xForwardedFor) {
            buffer.append("X-Forwarded-For: ")
            if context.isTrusted, seen.contains(.xForwardedFor) {
                writeValues(of: .xForwardedFor, head.fields, bytes, into: buffer)
            }
            buffer.append(context.client.span)
            buffer.append("\r\n")
        }
        let kept = context.isTrusted ? removed.union(seen) : removed
        if !kept.contains(.xForwardedProto) {
            buffer.append(context.isSecure ? "X-Forwarded-Proto: https\r\n" : "X-Forwarded-Proto: http\r\n")
        }
        if !kept.contains(.xForwardedHost), !head.authority.isEmpty {
            writeField("X-Forwarded-Host: ", head.authority.bytes(in: bytes), into: buffer)
        }
        if !kept.contains(.xForwardedPort), context.port > 0 {
            buffer.append("X-Forwarded-Port: ")
            buffer.append(decimal: UInt64(context.port))
            buffer.append("\r\n")
        }
        if !removed.contains(.xRequestID) {
            writeRequestID(head, bytes, context, into: buffer)
        }
    }

    /// Our element of `Forwarded` and the end of its line. An authority needs quotes if it has a port or is
    /// an IPv6 address.
    private static func writeForwarded(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ context: borrowing ForwardingContext,
        into buffer: ByteBuffer
    ) {
        buffer.append(context.forwarded.span)
        if !head.authority.isEmpty {
            let isToken =
                head.host.count == head.authority.count
                && bytes[Int(head.authority.start)] != Byte.openBracket
            buffer.append(isToken ? ";host=" : ";host=\"")
            buffer.append(head.authority.bytes(in: bytes))
            if !isToken { buffer.append("\"") }
        }
        buffer.append("\r\n")
    }

    private static func writeRequestID(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ context: borrowing ForwardingContext,
        into buffer: ByteBuffer
    ) {
        buffer.append("X-Request-Id: ")
        if let extent = requestID(of: head, bytes: bytes, isTrusted: context.isTrusted) {
            buffer.append(extent.bytes(in: bytes))
        } else {
            context.requestID.write(into: buffer)
        }
        buffer.append("\r\n")
    }

    /// What frames the body, and what the service is to do with its connection.
    private static func writeFraming(
        _ head: borrowing RequestHead, context: borrowing ForwardingContext, into buffer: ByteBuffer
    ) {
        switch head.framing {
        case .length(let count):
            buffer.append("Content-Length: ")
            buffer.append(decimal: count)
            buffer.append("\r\n")
        case .chunked:
            buffer.append("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose: break
        }
        if head.expectsContinue, context.forwardsExpectation { buffer.append("Expect: 100-continue\r\n") }
        if !context.isPersistent { buffer.append("Connection: close\r\n") }
        if let count = head.maxForwards {
            buffer.append("Max-Forwards: ")
            buffer.append(decimal: UInt64(count > 0 ? count &- 1 : 0))
            buffer.append("\r\n")
        }
    }

    /// The values of all lines of `kind` that count, each with a comma after it.
    private static func writeValues(
        of kind: FieldKind, _ fields: borrowing FieldTable, _ bytes: Span<UInt8>, into buffer: ByteBuffer
    ) {
        var index = fields.firstIndex(of: kind)
        while let current = index {
            if !fields[current].isDropped, !fields[current].value.isEmpty {
                buffer.append(fields[current].value.bytes(in: bytes))
                buffer.append(", ")
            }
            index = fields.firstIndex(of: kind, from: current &+ 1)
        }
    }

    @inline(__always)
    private static func writeField(_ name: StaticString, _ value: Span<UInt8>, into buffer: ByteBuffer) {
        buffer.append(name)
        buffer.append(value)
        buffer.append("\r\n")
    }
}
