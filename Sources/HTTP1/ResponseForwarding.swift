internal import HTTP
public import Runtime

/// Writes a service's response head as it goes to the client: HTTP/1.1, framed for the client's version, free
/// of hop-by-hop fields.
public enum ResponseForwarding {
    /// Appends the head to `buffer`, with its last empty line; nothing for an informational one that an
    /// HTTP/1.0 client would not understand.
    /// - Parameters:
    ///   - head: what the parser made of the bytes.
    ///   - bytes: the span that was parsed.
    ///   - context: of the connection and the request.
    ///   - buffer: what goes to the client.
    /// - Returns: how the body is to follow.
    public static func write(
        _ head: borrowing ResponseHead, bytes: Span<UInt8>, context: borrowing ResponseContext,
        into buffer: ByteBuffer
    ) -> ResponsePlan {
        if head.isInformational, context.minorVersion == 0 {
            return ResponsePlan(framing: .none, isPersistent: context.isPersistent)
        }
        buffer.reserve(head.length &+ 256)
        let plan = plan(for: head, context)
        let end = head.length &- 2
        var start = 0
        if head.minorVersion == 0 || head.reason.isEmpty {
            start = head.fields.count > 0 ? Int(head.fields[0].nameStart) : end
            writeStatusLine(head, bytes: bytes, into: buffer)
        }
        var copy = FieldCopy(from: start)
        let nothing: InlineArray<0, UInt8> = []
        copy.run(
            head.fields, bytes: bytes, end: end, dropped: dropped(for: head, plan, context),
            rules: context.rules,
            cookie: nothing.span, into: buffer)
        if !context.rules.removedKinds.contains(.via) {
            buffer.append(context.viaVersion(minor: head.minorVersion))
            buffer.append(context.via.span)
        }
        if !head.isInformational { writeOurs(plan, context: context, seen: copy.seen, into: buffer) }
        buffer.append("\r\n")
        return plan
    }

    private static func plan(
        for head: borrowing ResponseHead, _ context: borrowing ResponseContext
    ) -> ResponsePlan {
        let framing: BodyFraming =
            switch head.framing {
            case .length where context.isRecoded: .chunked
            case .chunked, .untilClose: context.minorVersion > 0 ? .chunked : .untilClose
            default: head.framing
            }
        return ResponsePlan(framing: framing, isPersistent: context.isPersistent && framing != .untilClose)
    }

    /// The kinds that do not pass. In answers to HEAD, and in 304, Content-Length describes what is not
    /// there, and passes as it is (RFC 9110 section 8.6).
    private static func dropped(
        for head: borrowing ResponseHead, _ plan: ResponsePlan, _ context: borrowing ResponseContext
    ) -> FieldKinds {
        var kinds = hopByHop.union(context.rules.removedKinds)
        let describes = head.framing == .none && (context.method == .head || head.status == 304)
        if !describes || head.isInformational || head.status == 204 || context.isRecoded {
            kinds.formUnion(FieldKinds(.contentLength))
        }
        if plan.framing != .chunked { kinds.formUnion(FieldKinds(.trailer)) }
        return kinds
    }

    private static let hopByHop = FieldKinds(
        rawValue: FieldKinds(.connection).rawValue | FieldKinds(.keepAlive).rawValue
            | FieldKinds(.proxyConnection).rawValue | FieldKinds(.te).rawValue
            | FieldKinds(.transferEncoding).rawValue | FieldKinds(.upgrade).rawValue
            | FieldKinds(.http2Settings).rawValue | FieldKinds(.proxyAuthenticate).rawValue
            | FieldKinds(.proxyAuthorization).rawValue)

    /// The status line with the service's words, or with the standard ones if it has none.
    private static func writeStatusLine(
        _ head: borrowing ResponseHead, bytes: Span<UInt8>, into buffer: ByteBuffer
    ) {
        buffer.append("HTTP/1.1 ")
        buffer.append(decimal: UInt64(head.status))
        buffer.append(" ")
        buffer.append(head.reason.bytes(in: bytes))
        buffer.append("\r\n")
    }

    private static func writeOurs(
        _ plan: ResponsePlan, context: borrowing ResponseContext, seen: FieldKinds, into buffer: ByteBuffer
    ) {
        switch plan.framing {
        case .length(let count):
            buffer.append("Content-Length: ")
            buffer.append(decimal: count)
            buffer.append("\r\n")
        case .chunked:
            buffer.append("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose: break
        }
        if !plan.isPersistent {
            buffer.append("Connection: close\r\n")
        } else if context.minorVersion == 0 {
            buffer.append("Connection: keep-alive\r\n")
        }
        if !seen.contains(.date), !context.rules.removedKinds.contains(.date) {
            context.date.writeField(into: buffer)
        }
        if context.cookies.count > 0 { buffer.append(context.cookies.span) }
        if !context.rules.lines.isEmpty { buffer.append(context.rules.lines) }
    }
}
