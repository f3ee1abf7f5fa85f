internal import HTTP
internal import HTTP1
internal import Runtime

/// A field of HTTP/2 as a line of HTTP/1.1: what requests, responses and trailers share.
enum FieldText {
    /// What is wrong with a name or a value (RFC 9113 section 8.2.1); nil: nothing.
    static func fault(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Refusal? {
        guard FieldSyntax.isLowerCaseName(name) else { return .badFieldName }
        guard FieldSyntax.isValue(value) else { return .badFieldValue }
        return nil
    }

    /// Whether a field says something of one connection only (RFC 9113 section 8.2.2). `TE` does; in a request it may
    /// still stand for trailers.
    static func isOfConnection(_ kind: FieldKind) -> Bool {
        switch kind {
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings, .te: true
        default: false
        }
    }

    /// Writes the line.
    static func write(_ name: Span<UInt8>, _ value: Span<UInt8>, into text: ByteBuffer) {
        text.append(name)
        text.append(": ")
        text.append(value)
        text.append("\r\n")
    }
}
