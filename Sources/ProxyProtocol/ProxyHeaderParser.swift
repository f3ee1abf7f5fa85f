/// Reads the header of the PROXY protocol, version 1 or 2, with which a proxy in front begins a connection
/// (haproxy.org/download/3.0/doc/proxy-protocol.txt).
///
/// It holds nothing: it is called with all bytes since the connection's first until the header is whole. Both
/// versions are bounded, so the repetition is too.
public enum ProxyHeaderParser {
    /// What the bytes so far amount to.
    public enum Outcome: Equatable, Sendable {
        /// The header is whole and takes `length` bytes; the client's bytes follow.
        case complete(ProxyHeader, length: Int)
        /// More bytes are needed.
        case incomplete
        /// There is no acceptable header, and so the connection ends.
        case refused(ProxyHeaderFault)
    }

    /// The longest header that is accepted, in bytes: 16 of version 2 and 4096 of addresses and extensions.
    public static let maximumBytes = BinaryHeader.startBytes + BinaryHeader.maximumLength

    /// Judges `bytes`, which begin with the connection's first byte.
    public static func parse(_ bytes: Span<UInt8>) -> Outcome {
        guard bytes.count > 0 else { return .incomplete }
        return bytes[0] == BinaryHeader.signature[0] ? BinaryHeader.parse(bytes) : TextHeader.parse(bytes)
    }
}
