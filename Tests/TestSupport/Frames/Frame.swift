/// One HTTP/2 frame as it stands on the wire (RFC 9113 section 4.1), right or wrong.
public struct Frame: Equatable, Sendable {
    /// What the frame is.
    public var type: UInt8
    /// Its flags.
    public var flags: UInt8
    /// Its stream, with the reserved bit.
    public var stream: UInt32
    /// Everything after the header.
    public var payload: [UInt8]
    /// The length that the header says; nil: the true one.
    public var statedLength: Int?

    /// A frame from its parts.
    public init(_ type: FrameType, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.init(type: type.rawValue, flags: flags, stream: stream, payload)
    }

    /// A frame of any type.
    public init(type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) {
        self.type = type
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    /// The frame's bytes.
    public var bytes: [UInt8] {
        let length = statedLength ?? payload.count
        return [UInt8(length >> 16 & 0xff), UInt8(length >> 8 & 0xff), UInt8(length & 0xff), type, flags]
            + Self.number(stream) + payload
    }

    /// Whether all bits of `flag` are set.
    public func has(_ flag: UInt8) -> Bool { flags & flag == flag }

    /// A number in four bytes.
    public static func number(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
    }

    /// Reads a number of four bytes in the payload.
    public func number(at index: Int) -> UInt32 {
        guard payload.count >= index + 4 else { return 0 }
        return payload[index..<(index + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// What RST_STREAM or GOAWAY say.
    public var errorCode: UInt32 {
        type == FrameType.goAway.rawValue ? number(at: 4) : number(at: 0)
    }

    /// What a client says first (RFC 9113 section 3.4).
    public static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// `END_STREAM`, also `ACK`.
    public static let endStream: UInt8 = 0x1
    /// `ACK` of SETTINGS and PING.
    public static let acknowledges: UInt8 = 0x1
    /// `END_HEADERS`.
    public static let endHeaders: UInt8 = 0x4
    /// `PADDED`.
    public static let padded: UInt8 = 0x8
    /// `PRIORITY`.
    public static let priority: UInt8 = 0x20
}
