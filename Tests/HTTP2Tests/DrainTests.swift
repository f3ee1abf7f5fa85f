import HTTP2
import TestSupport
import Testing

/// RFC 9113 section 6.8: a connection says twice that it ends, so that no request is lost.
struct DrainTests {
    private func last(_ stage: Stage) -> [UInt32] {
        stage.frames.filter { $0.type == FrameType.goAway.rawValue }.map { $0.number(at: 0) }
    }

    @Test func `the first goodbye names no last request, the second one does`() throws {
        let stage = try Stage()
        stage.send([.headers(Frame.request())])
        stage.session.drain()
        stage.settle()
        #expect(last(stage) == [0x7fff_ffff] && stage.goAways == [.noError])
        // It crossed the goodbye.
        stage.send([.headers(Frame.request(), on: 3)])
        #expect(stage.log.opened == [1, 3])
        let ping = try #require(stage.frames.last { $0.type == FrameType.ping.rawValue })
        stage.send([Frame(.ping, flags: Frame.acknowledges, ping.payload)])
        #expect(last(stage) == [0x7fff_ffff, 3])
        stage.send([.headers(Frame.request(), on: 5)])
        #expect(stage.log.opened == [1, 3])
        for id in [1, 3] as [Int32] {
            #expect(!stage.session.isFinished)
            stage.respond("HTTP/1.1 204 No Content\r\n\r\n", on: id)
        }
        #expect(stage.session.isFinished)
    }

    @Test func `a client that does not answer hears the second goodbye all the same`() throws {
        let stage = try Stage()
        stage.session.drain()
        stage.settle()
        stage.session.finishDraining()
        stage.session.finishDraining()
        stage.settle()
        #expect(last(stage) == [0x7fff_ffff, 0])
        #expect(stage.session.isFinished)
    }

    @Test func `another ping's answer is no sign`() throws {
        let stage = try Stage()
        stage.session.drain()
        stage.send([.ping(1, isAcknowledgement: true)])
        #expect(last(stage) == [0x7fff_ffff])
    }
}
