import HTTP2
import TestSupport
import Testing

/// RFC 9113 section 6: what each frame may be.
struct FrameTests {
    private static let request = Frame.headers(Frame.request())
    private static let opened = Frame.headers(Frame.request("POST"), isLast: false)
    private static let block = FieldBlock.literal(Frame.request())

    private static let streams = [
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

    @Test(arguments: streams)
    func `sections 6.1 to 6.4, 6.6 and 6.10: frames of streams`(_ case: FrameCase) throws {
        try `case`.check()
    }

    private static let connection = [
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

    @Test(arguments: connection)
    func `sections 6.5 and 6.7 to 6.9: frames of the connection`(_ case: FrameCase) throws {
        try `case`.check()
    }

    @Test func `section 6.5.3: every SETTINGS frame is acknowledged once`() throws {
        let stage = try Stage()
        stage.send([.settings([(3, 9)]), .settings()])
        #expect(stage.frames == [.settingsAcknowledgement, .settingsAcknowledgement])
    }

    @Test func `section 6.7: a ping comes back with its content`() throws {
        let stage = try Stage()
        stage.send([.ping(0x42)])
        #expect(stage.frames == [.ping(0x42, isAcknowledgement: true)])
    }

    @Test func `section 6.7: an answer to a ping is not answered`() throws {
        let stage = try Stage()
        stage.send([.ping(0x42, isAcknowledgement: true)])
        #expect(stage.frames.isEmpty)
    }

    @Test func `section 6.8: requests before a client's GOAWAY are answered, and then the connection ends`()
        throws
    {
        let stage = try Stage()
        stage.send([Self.request, Frame(.goAway, [UInt8](repeating: 0, count: 8))])
        #expect(!stage.session.isFinished)
        stage.respond("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(stage.hasEnded())
        #expect(stage.session.isFinished)
    }
}
