/// What RST_STREAM and GOAWAY say (RFC 9113 section 7). Codes that are not known have no meaning of their own.
@frozen
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    public let rawValue: UInt32

    /// A code from its number.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Nothing is wrong.
    public static var noError: ErrorCode { ErrorCode(rawValue: 0x0) }
    /// The peer breaks the protocol.
    public static var protocolError: ErrorCode { ErrorCode(rawValue: 0x1) }
    /// We are at fault.
    public static var internalError: ErrorCode { ErrorCode(rawValue: 0x2) }
    /// The peer sends more than its window allows.
    public static var flowControlError: ErrorCode { ErrorCode(rawValue: 0x3) }
    /// The peer does not acknowledge our settings.
    public static var settingsTimeout: ErrorCode { ErrorCode(rawValue: 0x4) }
    /// A frame for a stream that is over.
    public static var streamClosed: ErrorCode { ErrorCode(rawValue: 0x5) }
    /// A frame of a size that is not allowed.
    public static var frameSizeError: ErrorCode { ErrorCode(rawValue: 0x6) }
    /// The stream was not looked at: the request may be sent again.
    public static var refusedStream: ErrorCode { ErrorCode(rawValue: 0x7) }
    /// The stream is no longer wanted.
    public static var cancel: ErrorCode { ErrorCode(rawValue: 0x8) }
    /// The field compression is out of step.
    public static var compressionError: ErrorCode { ErrorCode(rawValue: 0x9) }
    /// The connection made by CONNECT was lost.
    public static var connectError: ErrorCode { ErrorCode(rawValue: 0xa) }
    /// The peer asks too much of us.
    public static var enhanceYourCalm: ErrorCode { ErrorCode(rawValue: 0xb) }
    /// The transport is not secure enough.
    public static var inadequateSecurity: ErrorCode { ErrorCode(rawValue: 0xc) }
    /// The request has to come by HTTP/1.1.
    public static var http11Required: ErrorCode { ErrorCode(rawValue: 0xd) }
}
