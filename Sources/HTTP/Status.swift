/// A status code with its standard words (RFC 9110 section 15).
@frozen
public struct Status: Sendable {
    /// Three digits.
    public let code: UInt16
    /// The reason phrase.
    public let reason: StaticString

    /// A status from its code and its words.
    @inlinable
    public init(_ code: UInt16, _ reason: StaticString) {
        self.code = code
        self.reason = reason
    }
}

extension Status {
    /// The body may come.
    public static var `continue`: Status { Status(100, "Continue") }
    /// All went well.
    public static var ok: Status { Status(200, "OK") }
    /// All went well, and there is nothing to send.
    public static var noContent: Status { Status(204, "No Content") }
    /// The resource is elsewhere; the method may change to GET.
    public static var movedPermanently: Status { Status(301, "Moved Permanently") }
    /// The resource is elsewhere; the method stays.
    public static var permanentRedirect: Status { Status(308, "Permanent Redirect") }
    /// The request is malformed or ambiguous.
    public static var badRequest: Status { Status(400, "Bad Request") }
    /// The client may not do that.
    public static var forbidden: Status { Status(403, "Forbidden") }
    /// No route leads there.
    public static var notFound: Status { Status(404, "Not Found") }
    /// The resource knows the method, and does not take it; goes with `Allow`.
    public static var methodNotAllowed: Status { Status(405, "Method Not Allowed") }
    /// The request did not come whole in time.
    public static var requestTimeout: Status { Status(408, "Request Timeout") }
    /// The body's length must be known beforehand.
    public static var lengthRequired: Status { Status(411, "Length Required") }
    /// The body is larger than is allowed.
    public static var contentTooLarge: Status { Status(413, "Content Too Large") }
    /// The request target is longer than is allowed.
    public static var targetTooLong: Status { Status(414, "URI Too Long") }
    /// The expectation is not one that is known.
    public static var expectationFailed: Status { Status(417, "Expectation Failed") }
    /// The authority is not one of this connection.
    public static var misdirectedRequest: Status { Status(421, "Misdirected Request") }
    /// The request came in early data.
    public static var tooEarly: Status { Status(425, "Too Early") }
    /// The client asks too often.
    public static var tooManyRequests: Status { Status(429, "Too Many Requests") }
    /// The head is larger than is allowed.
    public static var fieldsTooLarge: Status { Status(431, "Request Header Fields Too Large") }
    /// The gateway itself is at fault.
    public static var internalError: Status { Status(500, "Internal Server Error") }
    /// The method or the transfer coding is not known.
    public static var notImplemented: Status { Status(501, "Not Implemented") }
    /// The service could not be reached or answered nonsense.
    public static var badGateway: Status { Status(502, "Bad Gateway") }
    /// No instance can take the request now; goes with `Retry-After`.
    public static var serviceUnavailable: Status { Status(503, "Service Unavailable") }
    /// The service did not answer in time.
    public static var gatewayTimeout: Status { Status(504, "Gateway Timeout") }
    /// The protocol version is neither 1.0 nor 1.1.
    public static var versionNotSupported: Status { Status(505, "HTTP Version Not Supported") }
}

extension Status: Equatable {
    /// Whether both have the same code; the words count for nothing.
    @inlinable
    public static func == (left: Status, right: Status) -> Bool {
        left.code == right.code
    }
}
