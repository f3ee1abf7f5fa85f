/// Why a message was refused. Each case has a status to answer a request with and a sentence for the log;
/// when it was a service's response that was refused, the client gets 502 whatever the case says.
public enum Refusal: UInt8, Error, Sendable, CaseIterable {
    // The request line (RFC 9112 section 3).
    case badMethod, methodTooLong, badTarget, targetTooLong, badVersion, unsupportedVersion
    case asteriskWithoutOptions
    // The status line (RFC 9112 section 4).
    case badStatusLine, unsolicitedSwitch
    // Field lines (RFC 9112 section 5).
    case bareLineFeed, bareCarriageReturn, obsoleteFolding, whiteSpaceBeforeColon, emptyFieldName,
        badFieldName
    case badFieldValue, headTooLarge, tooManyFields
    // Routing (RFC 9112 section 3.2).
    case missingHost, repeatedHost, badHost
    // Framing (RFC 9112 section 6).
    case badContentLength, repeatedContentLength, contentLengthTooLarge, lengthWithTransferEncoding
    case badTransferEncoding, repeatedTransferEncoding, unknownTransferCoding, transferEncodingInHTTP10
    // Other fields.
    case badConnection, tooManyConnectionOptions, unsupportedExpectation, badMaxForwards
    // Going over to another protocol (RFC 9110 section 7.8, RFC 6455 section 4.2.1).
    case badWebSocketRequest, connectWithContent, unknownProtocol
    // Chunks and trailers (RFC 9112 section 7.1).
    case badChunkSize, chunkSizeTooLarge, badChunkExtension, chunkExtensionsTooLong, badChunkEnd, badTrailer
    case trailersTooLarge
    // What only HTTP/2 can carry (RFC 9113 sections 8.2 and 8.3).
    case authorityConflict, connectionField, badScheme, badPseudoField

    /// What a client that sent such a request is told.
    public var status: Status {
        switch self {
        case .methodTooLong, .unknownTransferCoding, .unknownProtocol: .notImplemented
        case .targetTooLong: .targetTooLong
        case .unsupportedVersion: .versionNotSupported
        case .headTooLarge, .tooManyFields, .tooManyConnectionOptions, .trailersTooLarge: .fieldsTooLarge
        case .contentLengthTooLarge, .chunkSizeTooLarge: .contentTooLarge
        case .unsupportedExpectation: .expectationFailed
        default: .badRequest
        }
    }

    /// What is wrong, in words for an operator.
    public var sentence: StaticString {
        switch self {
        case .badMethod: "the method is not a token"
        case .methodTooLong: "the method is longer than any that is known"
        case .badTarget: "the request target is malformed"
        case .targetTooLong: "the request target is too long"
        case .badVersion: "the protocol version is malformed"
        case .unsupportedVersion: "the protocol version is neither HTTP/1.0 nor HTTP/1.1"
        case .asteriskWithoutOptions: "the target * is for OPTIONS alone"
        case .badStatusLine: "the status line is malformed"
        case .unsolicitedSwitch: "a switch of protocols that nobody asked for"
        case .bareLineFeed: "a line feed without a carriage return"
        case .bareCarriageReturn: "a carriage return without a line feed"
        case .obsoleteFolding: "a field line that begins with white space"
        case .whiteSpaceBeforeColon: "white space between a field name and its colon"
        case .emptyFieldName: "a field without a name"
        case .badFieldName: "a field name that is not a token"
        case .badFieldValue: "a control character in a field value"
        case .headTooLarge: "the head is too large"
        case .tooManyFields: "too many fields"
        case .missingHost: "there is no Host"
        case .repeatedHost: "there is more than one Host"
        case .badHost: "the host is malformed"
        case .badContentLength: "Content-Length is not a number"
        case .repeatedContentLength: "there is more than one Content-Length"
        case .contentLengthTooLarge: "Content-Length is beyond all measure"
        case .lengthWithTransferEncoding: "both Content-Length and Transfer-Encoding"
        case .badTransferEncoding: "Transfer-Encoding is malformed or does not end with one chunked"
        case .repeatedTransferEncoding: "there is more than one Transfer-Encoding"
        case .unknownTransferCoding: "a transfer coding other than chunked"
        case .transferEncodingInHTTP10: "Transfer-Encoding in HTTP/1.0"
        case .badConnection: "Connection is not a list of tokens"
        case .tooManyConnectionOptions: "Connection nominates too many fields"
        case .unsupportedExpectation: "an expectation other than 100-continue"
        case .badMaxForwards: "Max-Forwards is not a number"
        case .badWebSocketRequest: "a WebSocket handshake without one good key and version, or with a body"
        case .unknownProtocol: "a protocol that streams cannot carry"
        case .connectWithContent: "CONNECT with content"
        case .badChunkSize: "a chunk size that is not a hexadecimal number"
        case .chunkSizeTooLarge: "a chunk size beyond all measure"
        case .badChunkExtension: "a malformed chunk extension"
        case .chunkExtensionsTooLong: "too many bytes of chunk extensions"
        case .badChunkEnd: "a chunk that does not end with a line end"
        case .badTrailer: "a trailer field that has no place in a trailer section"
        case .trailersTooLarge: "the trailer section is too large"
        case .authorityConflict: "Host differs from :authority"
        case .connectionField: "a field that belongs to a connection of HTTP/1"
        case .badScheme: "the scheme is neither http nor https"
        case .badPseudoField: "a pseudo-header field is missing, repeated, unknown or late"
        }
    }
}
