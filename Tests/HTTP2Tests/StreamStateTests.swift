import HTTP2
import TestSupport
import Testing

/// RFC 9113 section 5: the states of streams, their numbers, and how many there may be.
struct StreamStateTests {
    @Test(arguments: StreamCases.states)
    func `section 5.1: states`(_ state: FrameCase) throws {
        try state.check()
    }

    @Test(arguments: StreamCases.numbers)
    func `section 5.1.1: numbers`(_ number: FrameCase) throws {
        try number.check()
    }

    @Test func `section 5.1.2: streams beyond the limit that was acknowledged are an error`() throws {
        var settings = SessionSettings()
        settings.concurrentStreams = 2
        let stage = try Stage(settings)
        stage.send([1, 3, 5].map { .headers(Frame.request(), on: $0) })
        #expect(stage.goAways == [.protocolError])
        #expect(stage.log.opened == [1, 3])
    }

    @Test func `section 5.1.2: a stream beyond a limit not yet acknowledged is refused and may come again`()
        throws

    {
        var settings = SessionSettings()
        settings.concurrentStreams = 2
        let stage = try Stage(settings, greets: false)
        stage.send(Frame.preface + Frame.settings().bytes)
        stage.send([1, 3, 5].map { .headers(Frame.request(), on: $0) })
        #expect(stage.resets(of: 5) == [.refusedStream])
        #expect(stage.log.opened == [1, 3])
        #expect(stage.isAlive())
    }

    @Test func `section 5.1.2: a stream that has ended makes room for another`() throws {
        var settings = SessionSettings()
        settings.concurrentStreams = 1
        let stage = try Stage(settings)
        for id in stride(from: UInt32(1), through: 9, by: 2) {
            stage.send([.headers(Frame.request(), on: id)])
            stage.respond("HTTP/1.1 204 No Content\r\n\r\n", on: Int32(id))
            #expect(stage.hasEnded(id))
        }
        #expect(stage.pool.made == 1, "one stream is used again and again")
        #expect(stage.isAlive())
    }

    @Test func `an idle connection need not keep all the streams that it once had`() throws {
        let stage = try Stage()
        let ids = (0..<20).map { UInt32(2 * $0 + 1) }
        for offset in [UInt32(0), 40] {
            stage.send(ids.map { .headers(Frame.request(), on: $0 + offset) })
            for id in ids { stage.respond("HTTP/1.1 204 No Content\r\n\r\n", on: Int32(id + offset)) }
            #expect(stage.session.streamCount == 0)
            stage.pool.trim(to: 8)
        }
        #expect(stage.pool.made == 32, "twenty, and twelve more than were kept")
    }

    @Test func `a request that was reset is closed for whoever answers it`() throws {
        let stage = try Stage()
        stage.send([StreamCases.opened])
        stage.send([.reset(code: ErrorCode.cancel.rawValue)])
        #expect(stage.log.closed == [1: .cancel])
        #expect(stage.session.streamCount == 0)
    }

    @Test func `our reset ends a stream and no other`() throws {
        let stage = try Stage()
        stage.send([StreamCases.opened, .headers(Frame.request(), on: 3)])
        stage.stream(1)?.reset(.internalError)
        stage.settle()
        #expect(stage.resets() == [.internalError])
        #expect(stage.log.closed == [1: .internalError])
        stage.respond("HTTP/1.1 204 No Content\r\n\r\n", on: 3)
        #expect(stage.hasEnded(3))
    }

    @Test func `closing tells every stream`() throws {
        let stage = try Stage()
        stage.send([StreamCases.opened, .headers(Frame.request(), on: 3)])
        stage.session.close()
        #expect(stage.log.closed == [1: .cancel, 3: .cancel])
        #expect(stage.session.isFinished)
    }
}
