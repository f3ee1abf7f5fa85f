internal import HTTP2

/// RFC 9113 section 6: what each frame may be.
public enum FrameFormCases {
    /// A request without a body.
    public static let request = Frame.headers(Frame.request())

    /// A request whose body is still to come.
    public static let opened = Frame.headers(Frame.request("POST"), isLast: false)

    private static let block = FieldBlock.literal(Frame.request())

    /// Sections 6.1 to 6.4, 6.6 and 6.10: frames of streams.
    public static let streams: [FrameCase] = [
        FrameCase("DATA on stream zero is an error", .connectionError(.protocolError), [.data([1], on: 0)]),
        FrameCase(
            "DATA with padding is taken", .accepted,
            [opened, Frame(.data, flags: 0x9, stream: 1, [2, 0x61, 0, 0])]),
        FrameCase(
            "padding as long as the DATA frame is an error", .connectionError(.protocolError),
            [opened, Frame(.data, flags: 0x9, stream: 1, [4, 0x61, 0, 0])]),
        FrameCase(
            "DATA that is all padding is taken", .accepted,
            [opened, Frame(.data, flags: 0x9, stream: 1, [3, 0, 0, 0])]),
        FrameCase(
            "a padded DATA frame without a byte is an error", .connectionError(.protocolError),
            [opened, Frame(.data, flags: 0x9, stream: 1)]),
        FrameCase(
            "HEADERS with padding are taken", .accepted,
            [Frame(.headers, flags: 0xd, stream: 1, [1] + block + [0])]),
        FrameCase(
            "padding of more than the HEADERS frame is an error", .connectionError(.protocolError),
            [Frame(.headers, flags: 0xd, stream: 1, [UInt8(block.count + 9)] + block + [0])]),
        FrameCase(
            "HEADERS with a priority are taken", .accepted,
            [Frame(.headers, flags: 0x25, stream: 1, [0, 0, 0, 0, 16] + block)]),
        FrameCase(
            "HEADERS too short for their priority are an error", .connectionError(.frameSizeError),
            [Frame(.headers, flags: 0x25, stream: 1, [0, 0, 0])]),
        FrameCase(
            "PRIORITY on stream zero is an error", .connectionError(.protocolError),
            [Frame(.priority, [0, 0, 0, 0, 1])]),
        FrameCase(
            "PRIORITY of another length is an error", .connectionError(.frameSizeError),
            [opened, Frame(.priority, stream: 1, [0, 0, 0, 0])]),
        FrameCase("RST_STREAM on stream zero is an error", .connectionError(.protocolError), [.reset(0)]),
        FrameCase(
            "RST_STREAM of another length is an error", .connectionError(.frameSizeError),
            [opened, Frame(.resetStream, stream: 1, [0, 0, 0])]),
        FrameCase(
            "PUSH_PROMISE from a client is an error", .connectionError(.protocolError),
            [opened, Frame(.pushPromise, flags: 4, stream: 1, [0, 0, 0, 2] + block)]),
        FrameCase(
            "CONTINUATION on stream zero is an error", .connectionError(.protocolError),
            [Frame(.headers, stream: 1, block), Frame(.continuation, flags: 4)]),
        FrameCase(
            "CONTINUATION without HEADERS is an error", .connectionError(.protocolError),
            [opened, Frame(.continuation, flags: 4, stream: 1)]),
    ]

    /// Sections 6.5 and 6.7 to 6.9: frames of the connection.
    public static let connection: [FrameCase] = [
        FrameCase(
            "SETTINGS on a stream are an error", .connectionError(.protocolError),
            [Frame(.settings, stream: 1)]),
        FrameCase(
            "an acknowledgement of SETTINGS with content is an error", .connectionError(.frameSizeError),
            [Frame(.settings, flags: 1, [0, 1, 0, 0, 0, 0])]),
        FrameCase(
            "SETTINGS of a broken length are an error", .connectionError(.frameSizeError),
            [Frame(.settings, [0, 1, 0])]),
        FrameCase("ENABLE_PUSH of 2 is an error", .connectionError(.protocolError), [.settings([(2, 2)])]),
        FrameCase(
            "INITIAL_WINDOW_SIZE beyond 2^31-1 is an error", .connectionError(.flowControlError),
            [.settings([(4, 1 << 31)])]),
        FrameCase(
            "MAX_FRAME_SIZE below 2^14 is an error", .connectionError(.protocolError),
            [.settings([(5, 16_383)])]),
        FrameCase(
            "MAX_FRAME_SIZE beyond 2^24-1 is an error", .connectionError(.protocolError),
            [.settings([(5, 1 << 24)])]),
        FrameCase("an unknown setting is not looked at", .accepted, [.settings([(0xbeef, 1)]), request]),
        FrameCase(
            "an acknowledgement that nobody waits for is an error", .connectionError(.protocolError),
            [.settingsAcknowledgement]),
        FrameCase(
            "PING on a stream is an error", .connectionError(.protocolError),
            [Frame(.ping, stream: 1, [UInt8](repeating: 0, count: 8))]),
        FrameCase(
            "PING of another length is an error", .connectionError(.frameSizeError),
            [Frame(.ping, [UInt8](repeating: 0, count: 7))]),
        FrameCase(
            "GOAWAY on a stream is an error", .connectionError(.protocolError),
            [Frame(.goAway, stream: 1, [UInt8](repeating: 0, count: 8))]),
        FrameCase(
            "GOAWAY too short is an error", .connectionError(.frameSizeError),
            [Frame(.goAway, [UInt8](repeating: 0, count: 7))]),
        FrameCase(
            "a WINDOW_UPDATE of zero for a stream is an error", .connectionError(.protocolError),
            [opened, .windowUpdate(0, on: 1)]),
        FrameCase(
            "a WINDOW_UPDATE of zero for the connection is an error", .connectionError(.protocolError),
            [.windowUpdate(0)]),
        FrameCase(
            "WINDOW_UPDATE of another length is an error", .connectionError(.frameSizeError),
            [Frame(.windowUpdate, [0, 0, 1])]),
        FrameCase(
            "a stream's window beyond 2^31-1 is an error", .streamError(.flowControlError),
            [opened, .windowUpdate(0x7fff_ffff, on: 1)]),
        FrameCase(
            "the connection's window beyond 2^31-1 is an error", .connectionError(.flowControlError),
            [.windowUpdate(0x7fff_ffff)]),
        // The library makes it an error of the stream alone, which harms nobody.
        FrameCase(
            "settings that lift a stream's window beyond 2^31-1 are an error",
            .streamError(.flowControlError),
            [opened, .windowUpdate(1, on: 1), .settings([(4, 0x7fff_ffff)])]),
    ]
}
