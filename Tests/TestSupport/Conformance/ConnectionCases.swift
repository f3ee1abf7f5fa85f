internal import HTTP2

/// RFC 9113 sections 3 and 4: the preface, the frame format, and the compression of fields.
public enum ConnectionCases {
    /// Section 3.4: the preface.
    public static let greeting: [FrameCase] = [
        FrameCase(
            "a request of HTTP/1.1 is no preface", .connectionError(.protocolError),
            bytes: Array("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8)),
        FrameCase(
            "a preface with one wrong byte is refused", .connectionError(.protocolError),
            bytes: Frame.preface.dropLast() + [0x0d] + Frame.settings().bytes),
        FrameCase(
            "a preface without SETTINGS behind it is refused", .connectionError(.protocolError),
            bytes: Frame.preface + Frame.headers(Frame.request()).bytes),
        FrameCase(
            "an acknowledgement is not the SETTINGS of a preface", .connectionError(.protocolError),
            bytes: Frame.preface + Frame.settingsAcknowledgement.bytes),
        FrameCase(
            "a preface with SETTINGS is the beginning", .accepted,
            bytes: Frame.preface + Frame.settings().bytes + Frame.headers(Frame.request()).bytes),
    ]

    /// A request without a body.
    public static let request = Frame.headers(Frame.request())

    /// A request whose body is still to come.
    public static let opened = Frame.headers(Frame.request("POST"), isLast: false)

    private static let block = FieldBlock.literal(Frame.request())

    private static let begun = Frame(.headers, flags: Frame.endStream, stream: 1, block)

    private static func oversized(_ type: FrameType, stream: UInt32 = 1) -> Frame {
        Frame(type, flags: 0x4, stream: stream, [UInt8](repeating: 0, count: 16_385))
    }

    /// Sections 4.1 and 4.2: frames.
    public static let frames: [FrameCase] = [
        FrameCase(
            "a frame of an unknown type is left out", .accepted, [Frame(type: 0xbe, [1, 2, 3]), request]),
        FrameCase(
            "a frame of an unknown type on a stream is left out", .accepted,
            [request, Frame(type: 0xbe, stream: 1, [1])]),
        FrameCase(
            "flags without a meaning are not looked at", .accepted,
            [Frame(.ping, flags: 0xfe, [UInt8](repeating: 0, count: 8)), request]),
        FrameCase(
            "the reserved bit is not looked at", .accepted,
            [Frame(.headers, flags: 0x5, stream: 1 | 1 << 31, block)]),
        FrameCase(
            "DATA of the greatest length is taken", .accepted,
            [opened, .data([UInt8](repeating: 0, count: 16_384))]),
        FrameCase(
            "DATA beyond the greatest length is an error", .connectionError(.frameSizeError),
            [opened, oversized(.data)]),
        FrameCase(
            "HEADERS beyond the greatest length are an error", .connectionError(.frameSizeError),
            [oversized(.headers)]),
        FrameCase(
            "SETTINGS beyond the greatest length are an error", .connectionError(.frameSizeError),
            [oversized(.settings, stream: 0)]),
        FrameCase(
            "a frame of an unknown type beyond the greatest length is an error",
            .connectionError(.frameSizeError),
            [
                {
                    var frame = oversized(.ping); frame.type = 0xbe; return frame
                }()
            ]),
    ]

    /// Section 4.3: field compression.
    public static let compression: [FrameCase] = [
        FrameCase(
            "an index beyond the tables is an error", .connectionError(.compressionError),
            [.headers(block: block + [0xff, 0x7f])]),
        FrameCase("index zero is an error", .connectionError(.compressionError), [.headers(block: [0x80])]),
        FrameCase(
            "a table larger than was allowed is an error", .connectionError(.compressionError),
            [.headers(block: [0x3f, 0xe1, 0xff, 0x03] + block)]),
        FrameCase("a smaller table is taken", .accepted, [.headers(block: [0x20] + block)]),
        FrameCase(
            "a change of the table within a block is an error", .connectionError(.compressionError),
            [.headers(block: block + [0x20])]),
        FrameCase(
            "a block that is cut off is an error", .connectionError(.compressionError),
            [.headers(block: Array(block.dropLast(3)))]),
        FrameCase(
            "an integer without end is an error", .connectionError(.compressionError),
            [.headers(block: block + [0xff] + [UInt8](repeating: 0xff, count: 12))]),
        FrameCase(
            "Huffman padding of zeros is an error", .connectionError(.compressionError),
            [.headers(block: block + [0, 0x81, 0x18, 0])]),
        FrameCase(
            "the end of string within Huffman coding is an error", .connectionError(.compressionError),
            [.headers(block: block + [0, 0x84, 0xff, 0xff, 0xff, 0xff, 0])]),
        FrameCase(
            "what entered the table serves the next request", .accepted,
            [
                .headers(block: block + FieldBlock.indexed("x-a", "b")),
                .headers(block: block + [0xbe], on: 3),
            ]),
    ]

    /// Section 4.3: nothing comes between the frames of a field block.
    public static let interleaved: [FrameCase] = [
        FrameCase(
            "PING within a field block is an error", .connectionError(.protocolError),
            [begun, .ping(), Frame(.continuation, flags: 4, stream: 1)]),
        FrameCase(
            "DATA within a field block is an error", .connectionError(.protocolError), [begun, .data([1])]),
        FrameCase(
            "HEADERS of another stream within a field block are an error", .connectionError(.protocolError),
            [begun, .headers(Frame.request(), on: 3)]),
        FrameCase(
            "PRIORITY within a field block is an error", .connectionError(.protocolError),
            [begun, Frame(.priority, stream: 3, [0, 0, 0, 0, 1])]),
        FrameCase(
            "SETTINGS within a field block are an error", .connectionError(.protocolError),
            [begun, .settings()]),
        FrameCase(
            "an unknown frame within a field block is an error", .connectionError(.protocolError),
            [begun, Frame(type: 0xbe, stream: 1)]),
        FrameCase(
            "CONTINUATION of another stream is an error", .connectionError(.protocolError),
            [begun, Frame(.continuation, flags: 4, stream: 3)]),
        FrameCase(
            "a field block may come in pieces", .accepted,
            [
                Frame(.headers, flags: Frame.endStream, stream: 1, Array(block.prefix(5))),
                Frame(.continuation, stream: 1, Array(block[5..<20])),
                Frame(.continuation, flags: Frame.endHeaders, stream: 1, Array(block[20...])),
            ]),
    ]
}
