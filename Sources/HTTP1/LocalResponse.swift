public import HTTP
public import Runtime

/// Answers that the gateway gives itself.
public enum LocalResponse {
    /// Appends a whole answer whose body is its status, in plain text.
    /// - Parameters:
    ///   - status: what happened.
    ///   - retryAfter: seconds after which the client may try again; nil: not said.
    ///   - allow: the methods that are allowed, for 405; empty: not said.
    ///   - isPersistent: whether the connection goes on.
    ///   - headOnly: whether the request was HEAD, so that the body is left out.
    ///   - date: the present time.
    ///   - buffer: what goes to the client.
    public static func write(
        _ status: Status, retryAfter: Int? = nil, allow: StaticString = "", isPersistent: Bool = false,
        headOnly: Bool = false, date: borrowing HTTPDate, into buffer: ByteBuffer
    ) {
        writeStart(status, isPersistent: isPersistent, date: date, into: buffer)
        if let retryAfter {
            buffer.append("Retry-After: ")
            buffer.append(decimal: retryAfter)
            buffer.append("\r\n")
        }
        if allow.utf8CodeUnitCount > 0 {
            buffer.append("Allow: ")
            buffer.append(allow)
            buffer.append("\r\n")
        }
        buffer.append("Cache-Control: no-store\r\n")
        writeBody(status, headOnly: headOnly, into: buffer)
    }

    /// Appends an answer to a call of gRPC: all of it stands in the head, which is 200 whatever has happened.
    /// - Parameters:
    ///   - status: what happened.
    ///   - date: the present time.
    ///   - buffer: what goes to the client.
    public static func writeRemoteCallFailure(
        _ status: Status, date: borrowing HTTPDate, into buffer: ByteBuffer
    ) {
        writeStart(.ok, isPersistent: true, date: date, into: buffer)
        buffer.append("Content-Type: application/grpc\r\nGrpc-Status: ")
        buffer.append(decimal: RemoteCallStatus.code(for: status))
        buffer.append("\r\nGrpc-Message: ")
        buffer.append(status.reason)
        buffer.append("\r\n\r\n")
    }

    /// Appends a redirect to `https://host[:port]target`.
    /// - Parameters:
    ///   - status: 301, 302, 307 or 308.
    ///   - host: the host without its port; an IPv6 address with its brackets.
    ///   - port: left out if it is 443.
    ///   - target: path and query; a slash is put before it if it has none.
    ///   - isPersistent: whether the connection goes on.
    ///   - headOnly: whether the request was HEAD, so that the body is left out.
    ///   - date: the present time.
    ///   - buffer: what goes to the client.
    public static func writeRedirect(
        _ status: Status, host: Span<UInt8>, port: UInt16, target: Span<UInt8>, isPersistent: Bool,
        headOnly: Bool = false, date: borrowing HTTPDate, into buffer: ByteBuffer
    ) {
        writeStart(status, isPersistent: isPersistent, date: date, into: buffer)
        buffer.append("Location: https://")
        buffer.append(host)
        if port != 443 {
            buffer.append(":")
            buffer.append(decimal: UInt64(port))
        }
        if target.count == 0 || target[0] != Byte.slash { buffer.append("/") }
        if target.count != 1 || target[0] != Byte.asterisk { buffer.append(target) }
        buffer.append("\r\n")
        writeBody(status, headOnly: headOnly, into: buffer)
    }

    /// Appends `100 Continue`, by which the client is told to send the body.
    public static func writeContinue(into buffer: ByteBuffer) {
        buffer.append("HTTP/1.1 100 Continue\r\n\r\n")
    }

    private static func writeStart(
        _ status: Status, isPersistent: Bool, date: borrowing HTTPDate, into buffer: ByteBuffer
    ) {
        buffer.reserve(512)
        buffer.append("HTTP/1.1 ")
        buffer.append(decimal: UInt64(status.code))
        buffer.append(" ")
        buffer.append(status.reason)
        buffer.append("\r\n")
        date.writeField(into: buffer)
        buffer.append(isPersistent ? "Connection: keep-alive\r\n" : "Connection: close\r\n")
    }

    /// The body's fields, the empty line, and the body.
    private static func writeBody(_ status: Status, headOnly: Bool, into buffer: ByteBuffer) {
        guard status.code >= 200, status.code != 204, status.code != 304 else {
            buffer.append("\r\n")
            return
        }
        buffer.append("Content-Type: text/plain; charset=utf-8\r\nContent-Length: ")
        buffer.append(decimal: UInt64(status.reason.utf8CodeUnitCount &+ 5))
        buffer.append("\r\n\r\n")
        guard !headOnly else { return }
        buffer.append(decimal: UInt64(status.code))
        buffer.append(" ")
        buffer.append(status.reason)
        buffer.append("\n")
    }
}
