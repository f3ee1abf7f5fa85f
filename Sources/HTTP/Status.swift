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
    public static var `continue`: Status { Status(100, "Continue") }
    public static var ok: Status { Status(200, "OK") }
    public static var noContent: Status { Status(204, "No Content") }
    public static var movedPermanently: Status { Status(301, "Moved Permanently") }
    public static var permanentRedirect: Status { Status(308, "Permanent Redirect") }
    public static var badRequest: Status { Status(400, "Bad Request") }
    public static var forbidden: Status { Status(403, "Forbidden") }
    public static var notFound: Status { Status(404, "Not Found") }
    public static var methodNotAllowed: Status { Status(405, "Method Not Allowed") }
    public static var requestTimeout: Status { Status(408, "Request Timeout") }
    public static var lengthRequired: Status { Status(411, "Length Required") }
    public static var contentTooLarge: Status { Status(413, "Content Too Large") }
    public static var targetTooLong: Status { Status(414, "URI Too Long") }
    public static var expectationFailed: Status { Status(417, "Expectation Failed") }
    public static var misdirectedRequest: Status { Status(421, "Misdirected Request") }
    public static var tooEarly: Status { Status(425, "Too Early") }
    public static var tooManyRequests: Status { Status(429, "Too Many Requests") }
    public static var fieldsTooLarge: Status { Status(431, "Request Header Fields Too Large") }
    public static var internalError: Status { Status(500, "Internal Server Error") }
    public static var notImplemented: Status { Status(501, "Not Implemented") }
    public static var badGateway: Status { Status(502, "Bad Gateway") }
    public static var serviceUnavailable: Status { Status(503, "Service Unavailable") }
    public static var gatewayTimeout: Status { Status(504, "Gateway Timeout") }
    public static var versionNotSupported: Status { Status(505, "HTTP Version Not Supported") }
}

extension Status: Equatable {
    @inlinable
    public static func == (left: Status, right: Status) -> Bool {
        left.code == right.code
    }
}
