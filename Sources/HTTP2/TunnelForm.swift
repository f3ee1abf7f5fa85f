/// How a request asks for a tunnel on a stream.
public enum TunnelForm: Equatable, Sendable {
    /// CONNECT (RFC 9113 section 8.5).
    case connect
    /// WebSocket, by CONNECT in its extended form (RFC 8441). In the form of HTTP/1.1 it is an upgrade, and so is what
    /// comes of it: `acceptance` is the proof that the nonce has been read, which streams do without.
    case webSocket(acceptance: [UInt8])
}
