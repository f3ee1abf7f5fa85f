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
        #expect(turns.told == [1, 3, 5] && turns.closed == [1, 3, 5])
        #expect(!turns.hadEvents && !session.hasEvents)
    }
}
