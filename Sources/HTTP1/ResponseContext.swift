public import HTTP

/// What a response's head says to the client besides what the service said.
public struct ResponseContext: ~Copyable, Sendable {
    /// The method of the request.
    public var method = Method.get
    /// The client's minor version, 0 or 1.
    public var minorVersion: UInt8 = 1
    /// Whether the client's connection may go on after the response: the client wants it, and so do we.
    public var isPersistent = true
    /// The field rules of the route.
    public var rules = FieldRules.none
    /// Whole `Set-Cookie` lines of ours, with their line ends; empty: none.
    public var cookies: [UInt8] = []
    /// Whether the content gets another coding on its way, so that its length is not that which the service has said.
    public var isRecoded = false
    /// Whether the service has answered by HTTP/2, which `Via` says.
    public var isFromHTTP2 = false
    /// The present time, for a service that does not say it.
    public var date = HTTPDate()
    /// The version that the response has come in, for `Via`.
    func viaVersion(minor: UInt8) -> StaticString {
        isFromHTTP2 ? "Via: 2.0" : minor > 0 ? "Via: 1.1" : "Via: 1.0"
    }

    /// ` name CRLF`, what follows the version in `Via`.
    let via: [UInt8]

    /// What is constant for a connection.
    /// - Parameter gateway: our name in `Via`.
    public init(gateway: [UInt8]) {
        via = Array(" ".utf8) + gateway + Array("\r\n".utf8)
    }
}
