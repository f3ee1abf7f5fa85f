/// The frames of a client that does as it should.
extension Frame {
    /// DATA.
    public static func data(_ content: [UInt8], on stream: UInt32 = 1, isLast: Bool = true) -> Frame {
        Frame(.data, flags: isLast ? endStream : 0, stream: stream, content)
    }

    /// HEADERS with all fields.
    public static func headers(
        _ fields: [(String, String)], on stream: UInt32 = 1, isLast: Bool = true
    ) -> Frame {
        headers(block: FieldBlock.literal(fields), on: stream, isLast: isLast)
    }

    /// HEADERS with a block that was made beforehand.
    public static func headers(block: [UInt8], on stream: UInt32 = 1, isLast: Bool = true) -> Frame {
        Frame(.headers, flags: endHeaders | (isLast ? endStream : 0), stream: stream, block)
    }

    /// SETTINGS.
    public static func settings(_ entries: [(UInt16, UInt32)] = []) -> Frame {
        Frame(.settings, entries.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] + number($1) })
    }

    /// The answer to SETTINGS.
    public static let settingsAcknowledgement = Frame(.settings, flags: acknowledges)

    /// PING with eight times the same byte.
    public static func ping(_ byte: UInt8 = 7, isAcknowledgement: Bool = false) -> Frame {
        Frame(.ping, flags: isAcknowledgement ? acknowledges : 0, [UInt8](repeating: byte, count: 8))
    }

    /// WINDOW_UPDATE.
    public static func windowUpdate(_ count: UInt32, on stream: UInt32 = 0) -> Frame {
        Frame(.windowUpdate, stream: stream, number(count))
    }

    /// RST_STREAM.
    public static func reset(_ stream: UInt32 = 1, code: UInt32 = 8) -> Frame {
        Frame(.resetStream, stream: stream, number(code))
    }

    /// GOAWAY of a client, which has processed nothing.
    public static func goAway(code: UInt32 = 0) -> Frame {
        Frame(.goAway, number(0) + number(code))
    }

    /// The pseudo-header fields of a request.
    public static func request(
        _ method: String = "GET", _ path: String = "/", authority: String = "a.example"
    ) -> [(String, String)] {
        [(":method", method), (":scheme", "https"), (":path", path), (":authority", authority)]
    }
}
