import HTTP2
import TestSupport
import Testing

/// RFC 9113 section 6: what each frame may be.
struct FrameTests {
    @Test(arguments: FrameFormCases.streams)
    func `sections 6.1 to 6.4, 6.6 and 6.10: frames of streams`(_ case: FrameCase) throws {
        try `case`.check()
    }

    @Test(arguments: FrameFormCases.connection)
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
        stage.send([FrameFormCases.request, Frame(.goAway, [UInt8](repeating: 0, count: 8))])
        #expect(!stage.session.isFinished)
        stage.respond("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(stage.hasEnded())
        #expect(stage.session.isFinished)
    }
}
