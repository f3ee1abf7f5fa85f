import HTTP2
import TestSupport
import Testing

/// RFC 9113 sections 3 and 4: the preface, the frame format, and the compression of fields.
struct ConnectionTests {
    @Test(arguments: ConnectionCases.greeting)
    func `section 3.4: the preface`(_ greeting: FrameCase) throws {
        try greeting.check(greets: false)
    }

    @Test func `section 3.4: the first frame that we send is SETTINGS`() throws {
        let stage = try Stage(greets: false)
        stage.settle()
        let first = try #require(stage.frames.first)
        #expect(first.type == FrameType.settings.rawValue && !first.has(Frame.acknowledges))
    }

    @Test func `section 3.4: the client's SETTINGS are acknowledged`() throws {
        let stage = try Stage(greets: false)
        stage.send(Frame.preface + Frame.settings().bytes)
        #expect(stage.frames.contains(.settingsAcknowledgement))
    }

    @Test func `section 9.2: a transport that is not secure enough is refused`() throws {
        let stage = try Stage()
        stage.session.terminate(.inadequateSecurity)
        stage.send([ConnectionCases.request])
        #expect(stage.goAways == [.inadequateSecurity] && stage.log.opened.isEmpty)
    }

    @Test(arguments: ConnectionCases.frames)
    func `sections 4.1 and 4.2: frames`(_ frame: FrameCase) throws {
        try frame.check()
    }

    @Test(arguments: ConnectionCases.compression)
    func `section 4.3: field compression`(_ compression: FrameCase) throws {
        try compression.check()
    }

    @Test(arguments: ConnectionCases.interleaved)
    func `section 4.3: nothing comes between the frames of a field block`(_ case: FrameCase) throws {
        try `case`.check()
    }
}
