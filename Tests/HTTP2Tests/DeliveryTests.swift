import HTTP2
import Platform
import Runtime
import TestSupport
import Testing

/// Streams are told one after the other, and what they do meanwhile is told later.
struct DeliveryTests {
    /// A stream that lets its session go on from within an event, as an owner may have to.
    private final class Impatient: ServerStream {
        unowned let turns: Turns

        init(_ turns: Turns) {
            self.turns = turns
        }

        override func headArrived() {
            turns.told.append(id)
            respond([UInt8]("HTTP/1.1 204 No Content\r\n\r\n").span, isLast: true)
            turns.session?.deliver()
            turns.hadEvents = turns.hadEvents || turns.session?.hasEvents == true
        }

        override func closed(_ code: ErrorCode) { turns.closed.append(id) }
    }

    private final class Turns: StreamPool {
        var told: [Int32] = []
        var closed: [Int32] = []
        var hadEvents = false
        var session: ServerSession?

        override func make() -> ServerStream { Impatient(self) }
    }

    @Test func `an event that asks for more events gets them afterwards`() throws {
        let turns = Turns()
        let now = MonotonicTime(nanoseconds: 1)
        let session = try ServerSession(SessionSettings(), pool: turns, buffers: BufferPool(), at: now)
        turns.session = session
        defer {
            turns.session = nil
            session.close()
        }
        let frames = [.settings()] + [1, 3, 5].map { Frame.headers(Frame.request(), on: $0) }
        session.receive((Frame.preface + frames.flatMap(\.bytes)).span, at: now)
        #expect(session.hasEvents)
        session.deliver()
        #expect(turns.told == [1, 3, 5] && turns.closed.isEmpty)
        #expect(!turns.hadEvents && session.hasEvents)
        session.deliver()
        #expect(turns.closed == [1, 3, 5] && !session.hasEvents)
    }

    /// A stream that always has more to say, and a peer that takes all of it.
    private final class Fast: ServerStream {
        unowned let source: Source

        init(_ source: Source) {
            self.source = source
        }

        override func headArrived() {
            respond([UInt8]("HTTP/1.1 200 OK\r\n\r\n").span, isLast: false)
            goOn()
        }

        override func outputLeft() {
            source.turns += 1
            goOn()
        }

        private func goOn() {
            guard let session = source.session, source.turns < 1000 else { return }
            let piece = source.piece
            send(piece.span, isLast: false)
            while hasPendingOutput {
                session.sent(session.output?.count ?? 0)
                session.pump()
            }
        }

        override func closed(_ code: ErrorCode) { source.closed += 1 }
    }

    private final class Source: StreamPool {
        let piece = [UInt8](repeating: 0x61, count: 100_000)
        var turns = 0
        var closed = 0
        var session: ServerSession?

        override func make() -> ServerStream { Fast(self) }
    }

    @Test func `a stream that always goes on does not keep its owner`() throws {
        let source = Source()
        let now = MonotonicTime(nanoseconds: 1)
        let session = try ServerSession(SessionSettings(), pool: source, buffers: BufferPool(), at: now)
        source.session = session
        defer { source.session = nil }
        let frames: [Frame] = [
            .settings([(4, 0x7fff_ffff)]), .windowUpdate(0x7fff_0000), .headers(Frame.request(), on: 1),
        ]
        session.receive((Frame.preface + frames.flatMap(\.bytes)).span, at: now)
        for turn in 0..<5 {
            session.deliver()
            #expect(source.turns == turn && session.hasEvents)
        }
        session.close()
        #expect(source.closed == 1 && !session.hasEvents)
    }
}
