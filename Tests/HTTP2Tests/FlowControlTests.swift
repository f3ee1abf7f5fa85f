import HTTP2
import TestSupport
import Testing

/// RFC 9113 section 5.2 and 6.9: windows in both directions, tied to who takes the bytes.
struct FlowControlTests {
    private let content: [UInt8] = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    /// A stage whose client takes only as much as its windows say; its request waits for the answer.
    private func stage(window: UInt32 = 65_535) throws -> Stage {
        let stage = try Stage()
        stage.send([.settings([(UInt16(4), window)]), .headers(Frame.request())])
        stage.respond("HTTP/1.1 200 OK\r\n\r\n", isLast: false)
        stage.forget()
        return stage
    }

    @Test func `no more leaves than the windows allow, and the rest when they open`() throws {
        let stage = try stage()
        let stream = try #require(stage.stream())
        stream.send(content.span, isLast: true)
        stage.settle()
        #expect(stage.content().count == 65_535)
        #expect(stream.hasPendingOutput && stream.outputLeftCount == 0)
        stage.send([.windowUpdate(100_000)])
        #expect(stage.content().count == 65_535, "the stream's own window is still shut")
        stage.send([.windowUpdate(10_000, on: 1)])
        #expect(stage.content().count == 75_535 && !stage.hasEnded())
        stage.send([.windowUpdate(100_000, on: 1)])
        #expect(stage.content() == content && stage.hasEnded())
        #expect(stream.outputLeftCount == 0, "a stream that is over is told of its end alone")
        #expect(stage.log.closed == [1: .noError])
    }

    @Test func `whoever produces is told when all has left`() throws {
        let stage = try stage(window: 10)
        let stream = try #require(stage.stream())
        stream.send(content.span.extracting(first: 30), isLast: false)
        stage.settle()
        #expect(stage.content().count == 10 && stream.hasPendingOutput && stream.windowBytes == 0)
        stage.send([.windowUpdate(15, on: 1)])
        #expect(stage.content().count == 25 && stream.outputLeftCount == 0)
        stage.send([.windowUpdate(15, on: 1)])
        #expect(stage.content().count == 30 && stream.outputLeftCount == 1 && !stream.hasPendingOutput)
        #expect(stream.sentBytes == 30)
    }

    @Test func `what is sent behind waiting content keeps its place`() throws {
        let stage = try stage(window: 10)
        let stream = try #require(stage.stream())
        for start in [0, 20, 40] {
            stream.send(content.span.extracting(start..<(start + 20)), isLast: start == 40)
        }
        stage.send([.windowUpdate(1000, on: 1)])
        #expect(stage.content() == Array(content.prefix(60)) && stage.hasEnded())
    }

    @Test func `a window of zero holds one stream and no other`() throws {
        let stage = try stage(window: 0)
        stage.stream()?.send([1].span, isLast: true)
        stage.send([.settings([(4, 100)])])
        #expect(stage.content() == [1])
        stage.send([.settings([(4, 0)]), .headers(Frame.request(), on: 3), .headers(Frame.request(), on: 5)])
        stage.respond("HTTP/1.1 200 OK\r\n\r\nb", on: 3)
        #expect(stage.content(on: 3).isEmpty)
        stage.respond("HTTP/1.1 204 No Content\r\n\r\n", on: 5)
        #expect(stage.hasEnded(5))
    }

    @Test func `a smaller initial window may leave a stream in debt`() throws {
        let stage = try stage(window: 100)
        let stream = try #require(stage.stream())
        stream.send(content.span.extracting(first: 60), isLast: false)
        stage.settle()
        stage.send([.settings([(4, 10)])])
        #expect(stream.windowBytes == 0)
        stream.send(content.span.extracting(60..<70), isLast: true)
        stage.send([.windowUpdate(50, on: 1)])
        #expect(stage.content().count == 60, "50 bytes of debt are paid, no more")
        stage.send([.windowUpdate(10, on: 1)])
        #expect(stage.content().count == 70)
    }

    @Test func `a frame is never longer than the client allows`() throws {
        let stage = try stage()
        stage.stream()?.send(content.span, isLast: true)
        stage.settle()
        #expect(stage.dataFrames().allSatisfy { $0.payload.count <= 16_384 })
        #expect(stage.dataFrames().count == 4)
    }

    @Test func `nothing is put out while the owner's peer takes nothing`() throws {
        let stage = try stage()
        stage.session.isBlocked = true
        stage.stream()?.send(content.span, isLast: true)
        stage.send([.ping()])
        #expect(stage.frames.isEmpty)
        stage.session.isBlocked = false
        stage.settle()
        #expect(stage.content().count == 65_535)
    }

    @Test func `streams take turns`() throws {
        let stage = try Stage()
        let ids: [UInt32] = [1, 3, 5]
        stage.send([.settings([(4, 1 << 20)]), .windowUpdate(1 << 20)])
        stage.send(ids.map { .headers(Frame.request(), on: $0) })
        stage.session.isBlocked = true
        for id in ids {
            stage.stream(Int32(id))?.respond(Array("HTTP/1.1 200 OK\r\n\r\n".utf8).span, isLast: false)
            stage.stream(Int32(id))?.send(content.span.extracting(first: 4 * 16_384), isLast: true)
        }
        stage.session.isBlocked = false
        stage.settle()
        let order = stage.frames.filter { $0.type == FrameType.data.rawValue }.map(\.stream)
        #expect(order.count == 12)
        for start in stride(from: 0, to: order.count, by: 3) {
            #expect(Set(order[start..<(start + 3)]) == Set(ids), "\(order)")
        }
    }

    // MARK: The other direction

    private func upload(_ count: Int, to stage: Stage) {
        var left = count
        while left > 0 {
            stage.send([.data([UInt8](repeating: 1, count: min(left, 16_384)), isLast: false)])
            left -= min(left, 16_384)
        }
    }

    private func windowUpdates(_ stage: Stage, on stream: UInt32) -> UInt32 {
        stage.frames.filter { $0.type == FrameType.windowUpdate.rawValue && $0.stream == stream }
            .reduce(0) { $0 + $1.number(at: 0) }
    }

    @Test func `the window opens again as content is used, not as it comes`() throws {
        let stage = try Stage()
        stage.log.readsInput = false
        stage.send([.headers(Frame.request("POST"), isLast: false)])
        upload(65_536, to: stage)
        #expect(windowUpdates(stage, on: 1) == 0)
        let stream = try #require(stage.stream())
        #expect(stream.inputCount == 65_536)
        stream.read()
        stage.settle()
        #expect(windowUpdates(stage, on: 1) == 65_536)
    }

    @Test func `more than a stream's window is an error`() throws {
        let stage = try Stage()
        stage.log.readsInput = false
        stage.send([.headers(Frame.request("POST"), isLast: false)])
        upload(65_537, to: stage)
        #expect(stage.goAways == [.flowControlError] || stage.resets() == [.flowControlError])
    }

    @Test func `more than the connection's window is an error`() throws {
        var settings = SessionSettings()
        settings.connectionWindowBytes = 100_000
        let stage = try Stage(settings)
        stage.log.readsInput = false
        for id in [1, 3] as [UInt32] {
            stage.send([.headers(Frame.request("POST"), on: id, isLast: false)])
            for _ in 0..<4 {
                stage.send([.data([UInt8](repeating: 1, count: 16_384), on: id, isLast: false)])
            }
        }
        #expect(stage.goAways == [.flowControlError])
    }

    @Test func `what a stream leaves unused does not narrow the connection's window`() throws {
        var settings = SessionSettings()
        settings.connectionWindowBytes = 100_000
        let stage = try Stage(settings)
        stage.log.readsInput = false
        for id in stride(from: UInt32(1), through: 19, by: 2) {
            stage.send([.headers(Frame.request("POST"), on: id, isLast: false)])
            for _ in 0..<3 {
                stage.send([.data([UInt8](repeating: 1, count: 16_384), on: id, isLast: false)])
            }
            stage.send([.reset(id)])
        }
        #expect(stage.isAlive())
    }

    @Test func `content that nobody wants is used up as it comes`() throws {
        let stage = try Stage()
        stage.log.readsInput = false
        stage.send([.headers(Frame.request("POST"), isLast: false)])
        upload(16_384, to: stage)
        stage.stream()?.discardInput()
        upload(300_000, to: stage)
        #expect(stage.stream()?.inputCount == 0)
        #expect(stage.isAlive())
    }
}
