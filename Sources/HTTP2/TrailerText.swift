internal import HTTP
internal import HTTP1
internal import Runtime

/// Writes the trailer fields of an HTTP/2 request as the end of a chunked body, for the decoder of that coding to
/// judge (RFC 9113 section 8.1).
enum TrailerText {
    /// The last chunk's size line.
    static func begin(_ text: ByteBuffer) {
        text.append("0\r\n")
    }

    /// Takes a field in; answers what is wrong with it, if anything.
    static func add(
        _ name: Span<UInt8>, _ value: Span<UInt8>, limits: HeadLimits, into text: ByteBuffer
    ) -> Refusal? {
        guard name.count > 0, name[0] != 0x3a else { return .badPseudoField }
        guard FieldSyntax.isLowerCaseName(name) else { return .badFieldName }
        guard FieldSyntax.isValue(value) else { return .badFieldValue }
        guard text.count &+ name.count &+ value.count &+ 6 <= limits.trailerBytes else {
            return .trailersTooLarge
        }
        switch FieldKind(name) {
        case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings, .te:
            return .connectionField
        default:
            break
        }
        text.append(name)
        text.append(": ")
        text.append(value)
        text.append("\r\n")
        return nil
    }

    /// The empty line.
    static func end(_ text: ByteBuffer) {
        text.append("\r\n")
    }
}
